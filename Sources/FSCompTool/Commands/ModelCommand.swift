import ArgumentParser

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Work with models.",
    subcommands: [
      ModelListCommand.self, ModelInfoCommand.self, ModelImportCommand.self,
      ModelExportCommand.self, ModelJoinCommand.self, ModelAverageCommand.self,
      ModelDictionaryCommand.self, ModelPriorCommand.self, ModelCodeCommand.self,
    ])
}
