/// Plain bytes that become one block.
package struct PlainBlock: Sendable {
  package var bytes: [UInt8]
  /// Whether the networks take part; nil while nobody has had to find out.
  package var usesNetwork: Bool?

  package init(_ bytes: [UInt8], usesNetwork: Bool? = nil) {
    self.bytes = bytes
    self.usesNetwork = usesNetwork
  }
}
