import Platform
import Prediction
import Testing

@Suite struct ActivationTests {
  @Test func tanhOfHalfIsWithinFourUnitsAndOdd() {
    for v in Int16.min...Int16.max {
      let exact = 32768 * tanh(Double(v) / 8192)
      #expect(abs(Double(tanhHalf(v)) - exact) <= 4)
      if v != .min { #expect(tanhHalf(-v) == -tanhHalf(v)) }
    }
    #expect(tanhHalf(.min) == -32746)
    #expect(tanhHalf(.max) == 32746)
    #expect(tanhHalf(0) == 0)
  }

  @Test func sigmoidAndTanhStayInTheirRanges() {
    for y in Int16.min...Int16.max {
      let x = Double(y) / 4096
      #expect(abs(Double(sigmoid(y)) - 32768 / (1 + exp(-x))) <= 3)
      #expect(abs(Double(hyperbolicTangent(y)) - 32768 * tanh(x)) <= 23)
      #expect((11...32757).contains(sigmoid(y)))
    }
  }

  @Test func logarithmsOfSigmoidsAreWithinTwoUnits() {
    for y in Int16.min...Int16.max {
      let x = Double(y) / 4096
      let exact = 4096 * (min(x, 0) - log1p(exp(-abs(x))))
      #expect(abs(Double(logSigmoid(y)) - max(exact, -32768)) < 2)
      #expect(logSigmoid(y) < 0)
    }
  }

  @Test func powersOfTwoFallSmoothlyToAHalf() {
    for x in Int32(0)..<128 {
      let exact = 32768 * pow(2, -Double(x) / 128)
      #expect(abs(Double(negativePowerOfTwo(x)) / exact - 1) < 0.0004)
      if x > 0 { #expect(negativePowerOfTwo(x) < negativePowerOfTwo(x - 1)) }
    }
  }

  @Test func multiplyHighRoundsHalvesUpwards() {
    #expect(multiplyHigh(1, 16384) == 1)
    #expect(multiplyHigh(-1, 16384) == 0)
    #expect(multiplyHigh(-3, 16384) == -1)
    #expect(multiplyHigh(-32768, 32767) == -32767)
    #expect(roundingShift(-3, by: 1) == -1)
    #expect(roundingShift(3, by: 1) == 2)
    #expect(roundingShift(5, by: 0) == 5)
  }
}
