// A section MIXB: which mixers, their shape, and the numbers, whose count follows from it.
extension MixerBeginnings {
  package init(_ section: ModelSection) throws(ModelError) {
    var reader = SectionReader(section)
    let key = try Key(byte: try reader.integer(UInt8.self))
    let modes = Int(try reader.integer(UInt8.self))
    let contexts = Int(try reader.integer(UInt8.self))
    let matchModels = Int(try reader.integer(UInt8.self))
    let inputs = Int(try reader.integer(UInt16.self))
    let mixers = Int(try reader.integer(UInt8.self))
    let shape = try MixerShape(
      modes: modes, contexts: contexts, matchModels: matchModels, inputs: inputs,
      classCounts: try reader.array(mixers, of: UInt16.self).map(Int.init))
    try reader.expectRest(2 * shape.valueCount)
    try self.init(
      key: key, shape: shape, values: try reader.array(shape.valueCount, of: UInt16.self))
  }

  package var section: ModelSection {
    var bytes = [
      key.byte, UInt8(shape.modes), UInt8(shape.contexts), UInt8(shape.matchModels),
    ]
    bytes.append(littleEndian: UInt16(shape.inputs))
    bytes.append(UInt8(shape.classCounts.count))
    bytes.append(littleEndian: shape.classCounts.map { UInt16($0) })
    bytes.append(littleEndian: values)
    return ModelSection(.beginnings, bytes)
  }
}
