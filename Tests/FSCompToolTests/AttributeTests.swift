import FSCompTool
import Platform
import Testing

@Suite("Attributes")
struct AttributeTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("a", Sample.text)
  }

  @Test(
    "Permissions and times go with the data, both ways", arguments: [0o600, 0o640, 0o755, 0o444])
  func permissionsAndTimes(mode: mode_t) throws {
    let times = [
      timespec(tv_sec: 1_000_000_001, tv_nsec: 123_456_789),
      timespec(tv_sec: 1_000_000_002, tv_nsec: 987_654_321),
    ]
    chmod(folder.path(of: "a"), mode)
    utimensat(AT_FDCWD, folder.path(of: "a"), times, 0)
    #expect(try folder.fscomp("a").status == 0)
    rename(folder.path(of: "a"), folder.path(of: "original"))
    #expect(try folder.fscomp("-d", "a.fsc").status == 0)
    for name in ["a.fsc", "a"] {
      let status = try folder.status(name)
      #expect(status.st_mode & 0o7777 == mode)
      #expect(status.st_mtim.tv_sec == 1_000_000_002)
      #expect(status.st_mtim.tv_nsec == 987_654_321)
    }
  }

  @Test("A new file from standard input is like any new file")
  func standardInput() throws {
    let finished = try folder.shell("umask 027; fscomp -o x < a")
    #expect(finished.status == 0)
    #expect(try folder.status("x").st_mode & 0o7777 == 0o640)
  }

  @Test("Set-user-id is not taken over")
  func setUserID() throws {
    chmod(folder.path(of: "a"), 0o4755)
    #expect(try folder.fscomp("a").status == 0)
    #expect(try folder.status("a.fsc").st_mode & 0o7777 == 0o755)
  }

  @Test("The owner goes with the data, where allowed", .enabled(if: geteuid() == 0))
  func owner() throws {
    chown(folder.path(of: "a"), 12_345, 23_456)
    #expect(try folder.fscomp("a").status == 0)
    let status = try folder.status("a.fsc")
    #expect(status.st_uid == 12_345)
    #expect(status.st_gid == 23_456)
  }

  @Test("In another group nobody may do more than before")
  func narrowing() {
    #expect(FileAttributes.narrowed(0o640) == 0o600)
    #expect(FileAttributes.narrowed(0o664) == 0o644)
    #expect(FileAttributes.narrowed(0o604) == 0o600)
    #expect(FileAttributes.narrowed(0o777) == 0o777)
    #expect(FileAttributes.narrowed(0o751) == 0o711)
  }
}
