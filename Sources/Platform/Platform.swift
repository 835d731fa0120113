// The C library, whichever this system has: `import Platform` is enough, and nothing else in the
// library imports one.
#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#elseif canImport(Bionic)
  @_exported import Bionic
#else
  @_exported import Darwin
#endif
