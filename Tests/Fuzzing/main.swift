// Tries inputs that nobody would write, and finds more of them by what they reach in the code:
//
//   Fuzzing TARGET [OPTIONS OF LIBFUZZER] [FOLDERS OF INPUTS]
//
// `make fuzz` builds it with the sanitizers and runs every target.
import Platform

/// libFuzzer's own main program, with the inputs handed to a function.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

guard FuzzTarget.chosen != nil else {
  let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
  print("usage: Fuzzing TARGET [OPTIONS] [FOLDERS]; targets: \(names)")
  exit(2)
}
// The driver knows nothing of the target's name.
var count = CommandLine.argc - 1
var arguments = CommandLine.unsafeArgv + 1
exit(
  runDriver(&count, &arguments) { bytes, count in
    FuzzTarget.chosen?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
  })
