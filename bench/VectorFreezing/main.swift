// Makes the archives of Tests/FSCompTests/Vectors/1.0 from their plain texts.
//
//     swift run -c release VectorFreezing FOLDER
//
// Only archives that are not there are made: one that is there never changes. Each new
// file gets its line in SHA256SUMS.
import ContextMixing
import FSComp
import Foundation

struct Vector {
  let name: String
  /// The file of the model, less its suffix.
  let model: String
  let set: MixSet
  let usesNetwork: Bool
  let lanes: Int
  /// For each frame, the sizes of its blocks; a frame of one block has no index.
  let frames: [[Int]]

  init(
    _ name: String, _ frames: [[Int]], model: String = "test-vectors", set: MixSet = .standard,
    usesNetwork: Bool = true, lanes: Int = 1
  ) {
    self.name = name
    self.model = model
    self.set = set
    self.usesNetwork = usesNetwork
    self.lanes = lanes
    self.frames = frames
  }

  func archive(of plain: [UInt8], model: Model) -> [UInt8] {
    let settings = BlockEncoder.Settings(
      lanes: lanes, set: set, network: usesNetwork ? .always : .never)
    let encoder = BlockEncoder(model: model, settings: settings)
    var rest = plain[...]
    var archive: [UInt8] = []
    for sizes in frames {
      let isSingle = sizes.count == 1
      archive += FrameHeader(isSingle: isSingle, modelID: model.id).encoded
      var index = FrameIndex()
      for size in sizes {
        let block = encoder.encode(PlainBlock(Array(rest.prefix(size))), monitor: WorkMonitor())
        rest = rest.dropFirst(size)
        archive += block.header.encoded + block.payload
        index.append(IndexEntry(block.header))
      }
      if !isSingle { archive += index.encoded }
    }
    precondition(rest.isEmpty, "\(name): the sizes of the blocks are not those of the text")
    return archive
  }
}

let sets: [(String, MixSet)] = [("small", .small), ("standard", .standard), ("full", .full)]
let setsOfText: [(String, MixSet)] = [
  ("quick", .quick), ("moderate", .moderate), ("broad", .broad),
]
let vectors =
  [
    Vector("empty", [[]]),
    Vector("one-lane", [[3000]]),
    Vector("blocks-of-four-lanes", [[2004, 2004, 3]], lanes: 4),
    Vector("stored-and-mixed", [[700, 700, 200]], lanes: 2),
    Vector("concatenated", [[3000], [], [700, 700, 200]], lanes: 2),
    Vector("mixed-in-lanes", [[5000, 3600, 3600]], lanes: 8),
    Vector("mixed-epochs", [[48000]], lanes: 2),
    Vector("prose-in-lanes", [[6000, 2001]], model: "enwik8-2m", lanes: 8),
    Vector("prose-level-1", [[20000]], model: "enwik8-2m", set: .small, usesNetwork: false),
    Vector("prose-level-6", [[20000]], model: "enwik8-2m", lanes: 2),
    Vector("prose-level-9", [[20000]], model: "enwik8-2m", set: .full, lanes: 2),
    Vector("slow-mingru", [[12000]], model: "slow-mingru", lanes: 2),
    Vector("cells", [[6000, 6000]], model: "cells", lanes: 2),
    Vector("repeats", [[31300]], model: "words", set: .small, usesNetwork: false),
    Vector("repeats-text", [[23800]], model: "words", usesNetwork: false, lanes: 2),
  ]
  + sets.flatMap { name, set in
    [
      Vector("mixed-\(name)", [[12200]], set: set),
      Vector("contexts-\(name)", [[12200]], set: set, usesNetwork: false),
      Vector("records-\(name)", [[18000]], set: set, usesNetwork: false),
      Vector("ensemble-\(name)", [[12200]], model: "ensemble", set: set, lanes: 2),
      Vector("words-\(name)", [[12000, 96]], model: "words", set: set, usesNetwork: false),
      Vector("coded-\(name)", [[12000, 96]], model: "coded", set: set, lanes: 2),
    ]
  }
  + setsOfText.dropLast().map { name, set in
    Vector("text-\(name)", [[12000, 96]], model: "text", set: set, usesNetwork: false)
  }
  + setsOfText.map { name, set in
    Vector("sets-\(name)", [[12096]], model: "sets", set: set, usesNetwork: false)
  }
  + [
    Vector("sets-broad-coded", [[12000, 96]], model: "sets", set: .broad, usesNetwork: false)
  ]

guard CommandLine.arguments.count == 2 else {
  FileHandle.standardError.write(Data("usage: VectorFreezing FOLDER\n".utf8))
  exit(2)
}
let folder = URL(fileURLWithPath: CommandLine.arguments[1])
var models: [String: Model] = [:]
for vector in vectors {
  let output = folder.appendingPathComponent(vector.name + ".fsc")
  if FileManager.default.fileExists(atPath: output.path) { continue }
  let model = try models[vector.model]
    ?? ModelStore.load(path: folder.appendingPathComponent(vector.model + ".fsm").path)
  models[vector.model] = model
  let plain = try [UInt8](
    Data(contentsOf: folder.appendingPathComponent(vector.name + ".plain")))
  try Data(vector.archive(of: plain, model: model)).write(to: output)
  print("\(vector.name): \(plain.count) bytes")
}
