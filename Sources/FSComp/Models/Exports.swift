// What callers of the codec handle of models: `import FSComp` is enough.
@_exported import enum Model.CellKind
@_exported import enum Model.ModelError
@_exported import struct Model.ModelID
@_exported import struct Model.NetworkShape
