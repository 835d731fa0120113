import CMixingKernels

/// Which of the mixed probabilities adaptive maps refine.
enum RefinedProbabilities {
  case none
  /// Those between the outermost points of a map. Beyond them a map cannot say how certain a bit is: it
  /// never says less than 2^-11.
  case uncertain
  case all

  /// As kernels know it.
  var number: Int32 {
    switch self {
    case .none: Int32(FSC_REFINE_NONE)
    case .uncertain: Int32(FSC_REFINE_UNCERTAIN)
    case .all: Int32(FSC_REFINE_ALL)
    }
  }
}
