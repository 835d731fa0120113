/// The number formats of a network in fixed point, for people.
public let fixedPointFormats: [(name: String, value: String)] = [
  ("Weights", "int8, a scale a row"),
  ("Hidden state", "int8, q/127"),
  ("Accumulators", "int32"),
  ("Pre-activations", "int16, a scale a gate"),
  ("Layer norm", "int16, Q10; gains Q11, biases Q12"),
  ("Gates", "int16, Q15"),
  ("Cell state", "int16, Q8; Q15 of cells other than the LSTM"),
  ("Logits", "int16, Q7 of base-2 logarithms"),
  ("Frequencies", "uint32, 1 to 2^23"),
]
