extension RandomAccessCollection {
  /// How many elements, all of them in front, something is true of. Asks about the logarithm of
  /// their number.
  package func partitionPoint(where isTrue: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isTrue(self[index(startIndex, offsetBy: middle)]) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
