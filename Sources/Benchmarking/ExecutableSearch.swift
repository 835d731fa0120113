import Platform

/// Finds programs the way a shell does, along a colon-separated list of folders.
package struct ExecutableSearch: Sendable {
  let folders: [String]

  /// - Parameter path: the list of folders; nil takes `$PATH`.
  package init(path: String? = nil) {
    let list = path ?? getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    // An empty entry would mean the current folder: a file lying around there is not a peer.
    folders = list.split(separator: ":").map(String.init)
  }

  /// The path of the first executable regular file called `name`, or nil.
  package func find(_ name: String) -> String? {
    folders.lazy.map { "\($0)/\(name)" }
      .first { FileContents.size(of: $0) != nil && access($0, X_OK) == 0 }
  }
}
