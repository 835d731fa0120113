import Prediction

// The types of the predictor that callers of the codec handle: `import FSComp` is enough.
public typealias Model = Prediction.Model
public typealias ModelError = Prediction.ModelError
public typealias ModelID = Prediction.ModelID
public typealias ModelShape = Prediction.ModelShape
