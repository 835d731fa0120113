import ArgumentParser
import FSComp
import Prediction

struct ModelInfoCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Show what a model is.")

  @Argument(
    help: .init(
      "A model file, or the name of an installed model (default: the embedded one).",
      valueName: "file|name"),
    completion: .file(extensions: ["fsm"]))
  var model: String?

  func perform() throws -> ExitStatus {
    let model = try Models.model(model)
    let shape = model.shapes[0]
    try StandardOutput.print(
      TextTable.list([
        ("Name", model.name),
        ("Id", "\(model.id)"),
        (
          "Shape",
          "FS-LSTM-\(shape.fastCells): \(shape.fastUnits) fast units, \(shape.slowUnits) slow units"
        ),
        ("Parameters", NumberFormat.grouped(shape.parameterCount)),
        ("Work", "\(NumberFormat.grouped(shape.multiplyAddsPerByte)) multiply-adds a byte"),
        ("Size", "\(NumberFormat.grouped(model.byteCount)) bytes"),
        ("Provenance", model.provenance),
      ] + fixedPointFormats))
    return .success
  }
}
