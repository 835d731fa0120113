// swift-tools-version: 6.2
import PackageDescription

// Hot loops are compiled with optimization in debug builds too: whoever debugs a program that uses
// the library would otherwise wait sixty times as long for every byte.
let hotC: [CSetting] = [.unsafeFlags(["-O2"], .when(configuration: .debug))]
let hotSwift: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
  name: "fscomp",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "FSComp", targets: ["FSComp"]),
    .library(name: "CFSComp", type: .static, targets: ["CFSComp"]),
    .executable(name: "fscomp", targets: ["FSCompTool"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // The codec: integers only. Arrows go down this list, never up.
    .target(
      name: "FSComp",
      dependencies: [
        "Model", "Repeats", "TextTransform", "Prediction", "ContextMixing", "EntropyCoding",
        "EmbeddedModels", "CKernels", "Platform",
      ]),
    .target(
      name: "Prediction", dependencies: ["Model", "CKernels", "Platform"], swiftSettings: hotSwift),
    .target(
      name: "ContextMixing",
      dependencies: ["EntropyCoding", "CMixingKernels", "Model", "TextTransform", "Platform"],
      swiftSettings: hotSwift),
    .target(name: "Repeats", dependencies: ["Platform"], swiftSettings: hotSwift),
    .target(name: "TextTransform", dependencies: ["Model", "Platform"], swiftSettings: hotSwift),
    .target(name: "Model", dependencies: ["Platform"], swiftSettings: hotSwift),
    .target(name: "EntropyCoding", dependencies: ["Platform"], swiftSettings: hotSwift),
    .target(
      name: "EmbeddedModels",
      exclude: [
        "default.before", "default.knowledge", "default.network-1", "default.network-2",
        "default.network-3", "default.prior", "default.end", "embed.py",
      ]),
    .target(name: "CMixingKernels", dependencies: ["CProcessor"], cSettings: hotC),
    .target(name: "CKernels", dependencies: ["CProcessor"], cSettings: hotC),
    .target(name: "CProcessor"),
    .target(name: "Platform", swiftSettings: hotSwift),

    // Its interface for C, which Linking/link.sh makes a library of.
    .target(
      name: "CFSComp", dependencies: ["FSComp", "CFSCompABI", "Platform"], exclude: ["Linking"]),
    .target(name: "CFSCompABI"),

    // Around it: float arithmetic, peers, the command line.
    .target(
      name: "Training",
      dependencies: [
        "Model", "TextTransform", "ContextMixing", "Plotting", "CTrainingKernels",
        "Platform",
      ]),
    .target(name: "CTrainingKernels", dependencies: ["CProcessor"]),
    .target(
      name: "Benchmarking",
      dependencies: [
        "FSComp", "Prediction", "ContextMixing", "TextTransform", "Plotting", "Platform", "CSystem",
        "CZstd",
      ]),
    .target(
      name: "Explaining", dependencies: ["FSComp", "ContextMixing", "Plotting", "Platform"]),
    .target(name: "Plotting", dependencies: ["Platform"]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .executableTarget(
      name: "FSCompTool",
      dependencies: [
        "FSComp", "Model", "ContextMixing", "TextTransform", "Prediction", "EmbeddedModels",
        "Training", "Benchmarking", "Explaining", "Plotting", "Platform", "CSystem", "CFSCompABI",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "CSystem"),
    .executableTarget(
      name: "KernelBenchmark",
      dependencies: [
        "Model", "Prediction", "CKernels", "KernelCeilings", "EntropyCoding", "EmbeddedModels",
        "Platform",
      ],
      path: "bench/KernelBenchmark"),
    .target(name: "KernelCeilings", dependencies: ["CProcessor"], path: "bench/KernelCeilings"),
    .executableTarget(
      name: "MixerTraining",
      dependencies: ["Benchmarking", "ContextMixing", "Model", "Prediction", "TextTransform"],
      path: "bench/MixerTraining"),
    .executableTarget(
      name: "MixerAblation", dependencies: ["Benchmarking", "ContextMixing", "FSComp"],
      path: "bench/MixerAblation"),
    .executableTarget(
      name: "VectorFreezing", dependencies: ["ContextMixing", "FSComp"],
      path: "bench/VectorFreezing"),
    .executableTarget(
      name: "TrainingBenchmark", dependencies: ["Training", "Platform"],
      path: "bench/TrainingBenchmark"),

    .target(name: "TestSupport", dependencies: ["Model"], path: "Tests/TestSupport"),
    .testTarget(
      name: "BenchmarkingTests",
      dependencies: ["Benchmarking", "FSComp", "Prediction", "Platform", "TestSupport"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "ContextMixingTests",
      dependencies: [
        "ContextMixing", "EntropyCoding", "CMixingKernels", "EmbeddedModels", "Model",
        "TextTransform", "Platform",
      ]),
    .testTarget(
      name: "EntropyCodingTests", dependencies: ["EntropyCoding", "Platform", "TestSupport"]),
    .testTarget(
      name: "ExplainingTests",
      dependencies: ["Explaining", "ContextMixing", "FSComp", "Plotting", "TestSupport"]),
    .testTarget(
      name: "FSCompTests",
      dependencies: [
        "FSComp", "Model", "Prediction", "ContextMixing", "EntropyCoding", "EmbeddedModels",
        "Platform", "TestSupport",
      ],
      exclude: ["Vectors"]),
    .testTarget(name: "FSCompToolTests", dependencies: ["FSCompTool", "Platform", "TestSupport"]),
    .testTarget(name: "ModelTests", dependencies: ["Model", "Platform", "TestSupport"]),
    .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestSupport"]),
    .testTarget(name: "PlottingTests", dependencies: ["Plotting", "TestSupport"]),
    .testTarget(
      name: "PredictionTests",
      dependencies: ["Model", "Prediction", "CKernels", "Platform", "TestSupport"]),
    .testTarget(name: "RepeatsTests", dependencies: ["Repeats", "TestSupport"]),
    .testTarget(
      name: "TextTransformTests", dependencies: ["TextTransform", "Model", "TestSupport"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "ContextMixing", "Model", "TextTransform", "Prediction", "CTrainingKernels",
        "Platform", "TestSupport",
      ],
      exclude: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x
)

// For `make fuzz` alone: it needs libFuzzer, which only the sanitizers' options link.
if Context.environment["FSCOMP_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzzing",
      dependencies: [
        "FSComp", "CFSComp", "CFSCompABI", "Model", "Repeats", "TextTransform", "Training",
        "Platform",
      ],
      path: "Tests/Fuzzing", exclude: ["Seeds", "run.sh", "seeds.py"],
      linkerSettings: [.unsafeFlags(["-use-ld=lld"])]))
}
