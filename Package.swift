// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "fscomp",
  products: [
    .library(name: "FSComp", targets: ["FSComp"]),
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
        "Prediction", "ContextMixing", "EntropyCoding", "EmbeddedModels", "CXXHash",
      ]),
    .target(name: "Prediction", dependencies: ["CKernels", "CXXHash"]),
    .target(name: "ContextMixing", dependencies: ["EntropyCoding", "CKernels"]),
    .target(name: "EntropyCoding"),
    .target(name: "EmbeddedModels", exclude: ["default.fsm"]),
    .target(name: "CKernels", exclude: ["mixing.bin"]),
    .systemLibrary(
      name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),

    // Around it: float arithmetic, peers, the command line.
    .target(name: "Training", dependencies: ["Prediction", "CTrainingKernels"]),
    .target(name: "CTrainingKernels", dependencies: ["CKernels"]),
    .target(name: "Benchmarking", dependencies: ["FSComp", "Prediction", "ContextMixing", "CZstd"]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .executableTarget(
      name: "FSCompTool",
      dependencies: [
        "FSComp", "Prediction", "EmbeddedModels", "Training", "Benchmarking", "CSystem",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "CSystem"),
    .executableTarget(
      name: "KernelBenchmark",
      dependencies: ["Prediction", "CKernels", "EntropyCoding", "EmbeddedModels"],
      path: "bench/KernelBenchmark"),
    .executableTarget(
      name: "MixerTraining", dependencies: ["ContextMixing", "FSComp", "Prediction"],
      path: "bench/MixerTraining"),
    .executableTarget(
      name: "MixerAblation", dependencies: ["ContextMixing", "FSComp", "Prediction"],
      path: "bench/MixerAblation"),
    .executableTarget(
      name: "TrainingBenchmark", dependencies: ["Training"], path: "bench/TrainingBenchmark"),

    .testTarget(
      name: "BenchmarkingTests", dependencies: ["Benchmarking", "FSComp", "Prediction"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "ContextMixingTests", dependencies: ["ContextMixing", "EntropyCoding", "CKernels"]),
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "EntropyCodingTests", dependencies: ["EntropyCoding", "TestSupport"]),
    .testTarget(
      name: "FSCompTests",
      dependencies: [
        "FSComp", "Prediction", "ContextMixing", "EntropyCoding", "EmbeddedModels", "CXXHash",
        "TestSupport",
      ],
      exclude: ["Vectors"]),
    .testTarget(name: "FSCompToolTests", dependencies: ["FSCompTool"]),
    .testTarget(
      name: "PredictionTests",
      dependencies: ["Prediction", "CKernels", "CXXHash", "TestSupport"]),
    .testTarget(
      name: "TrainingTests", dependencies: ["Training", "Prediction", "CTrainingKernels"],
      exclude: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x
)
