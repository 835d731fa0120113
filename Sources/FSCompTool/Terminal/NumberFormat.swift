/// Numbers for people. All of it in integers, rounded to nearest.
package enum NumberFormat {
  /// `value / 10^places` in decimal: 1234 with 3 places is "1.234". `value` is not negative.
  package static func decimal(_ value: Int, places: Int) -> String {
    let digits = String(value)
    guard places > 0 else { return digits }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return padded.dropLast(places) + "." + padded.suffix(places)
  }

  /// `numerator * scale / denominator`, rounded to nearest, clamped to what an Int holds; none of
  /// them is negative.
  package static func scaledQuotient(_ numerator: Int, _ scale: Int, by denominator: Int) -> Int {
    guard denominator > 0 else { return .max }
    let product = UInt128(numerator.magnitude) * UInt128(scale.magnitude)
    let divisor = UInt128(denominator.magnitude)
    return Int(clamping: (product + divisor / 2) / divisor)
  }

  /// "4.267": how many plain bytes come in a byte of the archive; "-" if either is nothing.
  package static func ratio(plain: Int, archive: Int) -> String {
    guard plain > 0, archive > 0 else { return "-" }
    return decimal(scaledQuotient(plain, 1_000, by: archive), places: 3)
  }

  /// "2.025": 8 x archive bytes / plain bytes; "-" if there are no plain bytes.
  package static func bitsPerByte(archive: Int, plain: Int) -> String {
    guard plain > 0 else { return "-" }
    return decimal(scaledQuotient(archive, 8_000, by: plain), places: 3)
  }

  /// Three digits in powers of 1024: "999 B", "1.00 KiB", "12.3 MiB".
  package static func bytes(_ count: Int) -> String {
    scaled(count, base: 1024, units: ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"])
  }

  /// Three digits in powers of 1000: "999", "1.00 k", "2.10 M".
  package static func count(_ count: Int) -> String {
    scaled(count, base: 1000, units: ["", "k", "M", "G", "T", "P", "E"])
  }

  /// Bytes in so much time: "81.3 KiB/s"; "-" if no time has passed.
  package static func rate(_ byteCount: Int, in time: Duration) -> String {
    let microseconds = time.microseconds
    guard microseconds > 0 else { return "-" }
    return bytes(scaledQuotient(byteCount, 1_000_000, by: microseconds)) + "/s"
  }

  /// "12345678" with a separator every three digits: "12,345,678".
  package static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  private static func scaled(_ value: Int, base: Int, units: [String]) -> String {
    func joined(_ number: String, _ unit: String) -> String {
      unit.isEmpty ? number : number + " " + unit
    }
    guard value >= base else { return joined(String(value), units[0]) }
    var unit = 1
    var power = base
    while unit + 1 < units.count, value / power >= base {
      unit += 1
      power *= base
    }
    // As many decimals as make three digits, after rounding: 9.995 is 10.0, not 10.00.
    for (places, scale, limit) in [(2, 100, 1000), (1, 10, 1000)] {
      let rounded = scaledQuotient(value, scale, by: power)
      if rounded < limit { return joined(decimal(rounded, places: places), units[unit]) }
    }
    let rounded = scaledQuotient(value, 1, by: power)
    // 1023.7 KiB rounds to a whole unit of the next size.
    if rounded >= base, unit + 1 < units.count { return joined("1.00", units[unit + 1]) }
    return joined(String(rounded), units[unit])
  }
}
