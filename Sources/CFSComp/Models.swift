import CFSCompABI
import FSComp
import Platform

/// A `fscomp_model`.
final class ModelHandle: Handle {
  let model: Model
  let name: UnsafeMutablePointer<CChar>?

  init(_ model: Model) {
    self.model = model
    name = strdup(model.name)
  }

  deinit { Platform.free(name) }

  static func of(_ pointer: OpaquePointer?) -> Model? {
    constant(of: pointer, as: ModelHandle.self, \.model)
  }
}

extension ModelStore {
  /// The default model, prepared where a fork waits for it.
  static var sharedDefaultModel: Model {
    get throws {
      var result: Result<Model, any Error>?
      withUnsafeMutablePointer(to: &result) { place in
        fscabi_without_fork(
          { place in
            place?.assumingMemoryBound(to: Result<Model, any Error>?.self).pointee = Result {
              try ModelStore.defaultModel
            }
          }, place)
      }
      return try needed(result).get()
    }
  }
}

@_cdecl("fscomp_model_load_default")
public func modelLoadDefault(_ place: UnsafeMutablePointer<OpaquePointer?>?) -> Int32 {
  call {
    let place = try cleared(place)
    ModelHandle(try ModelStore.sharedDefaultModel).release(to: place)
  }
}

@_cdecl("fscomp_model_load_memory")
public func modelLoadMemory(
  _ start: UnsafeRawPointer?, _ size: Int, _ place: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  call {
    let place = try cleared(place)
    let bytes = try bytes(start, size)
    // A copy, and the networks packed.
    guard MemoryReservation(byteCount: 4 * min(size, 1 << 40)) != nil else {
      throw Failure(FSCOMP_ERROR_MEMORY)
    }
    ModelHandle(try Model(bytes: Array(bytes))).release(to: place)
  }
}

@_cdecl("fscomp_model_load_file")
public func modelLoadFile(
  _ path: UnsafePointer<CChar>?, _ place: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  call {
    let place = try cleared(place)
    let path = String(cString: try needed(path))
    ModelHandle(try ModelStore.load(path: path)).release(to: place)
  }
}

@_cdecl("fscomp_model_load_named")
public func modelLoadNamed(
  _ name: UnsafePointer<CChar>?, _ place: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  call {
    let place = try cleared(place)
    let name = String(cString: try needed(name))
    let store = ModelStore(searchPath: ModelStore.standardSearchPath)
    let model =
      name == ModelStore.defaultModelName
      ? try ModelStore.sharedDefaultModel : try store.model(named: name)
    ModelHandle(model).release(to: place)
  }
}

@_cdecl("fscomp_model_id")
public func modelID(_ model: OpaquePointer?) -> UInt64 {
  ModelHandle.of(model)?.id.rawValue ?? 0
}

@_cdecl("fscomp_model_name")
public func modelName(_ model: OpaquePointer?) -> UnsafePointer<CChar>? {
  constant(of: model, as: ModelHandle.self) { UnsafePointer($0.name) } ?? nil
}

@_cdecl("fscomp_model_free")
public func modelFree(_ model: OpaquePointer?) { free(model, as: ModelHandle.self) }
