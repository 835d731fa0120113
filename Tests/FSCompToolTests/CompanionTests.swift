import Platform
import Testing

/// What is installed beside the program: links to it, and the scripts of contrib/.
@Suite("Companions")
struct CompanionTests {
  let folder: TemporaryFolder
  /// The folder of the package.
  private static let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeArchive("a.fsc", of: Array("one\ntwo\nthree 'quoted'\n".utf8))
    try folder.write("plain", Array("two and a half\n".utf8))
    try folder.write("none.fsc", [0xF5, 0x46, 0x53, 0x43, 1, 2, 3])
  }

  private func grep(_ arguments: String) throws -> Finished {
    try folder.shell("/\(Self.root)/contrib/fscompgrep \(arguments)")
  }

  @Test("fscompgrep finds lines, with the options and the exit status of grep")
  func search() throws {
    #expect(try grep("t a.fsc").text == "two\nthree 'quoted'\n")
    #expect(try grep("-n two a.fsc plain").text == "a.fsc:2:two\nplain:1:two and a half\n")
    #expect(try grep("-hi TWO a.fsc plain").text == "two\ntwo and a half\n")
    #expect(try grep("-H -c -e one -e two a.fsc").text == "a.fsc:2\n")
    #expect(try grep("\"three 'q\" a.fsc").text == "three 'quoted'\n")
    #expect(try grep("-A 1 -- one a.fsc").text == "one\ntwo\n")
    #expect(try grep("two < a.fsc").text == "two\n")
    let statuses = try ["one a.fsc", "nothing a.fsc", "one none.fsc", "one missing a.fsc", ""].map {
      try grep($0).status
    }
    #expect(statuses == [0, 1, 2, 2, 2])
  }

  @Test("fscompless shows what is in an archive")
  func pager() throws {
    guard access("/usr/bin/less", X_OK) == 0 else { return }
    let shown = try folder.shell("/\(Self.root)/contrib/fscompless a.fsc | cat")
    #expect(shown.text == "one\ntwo\nthree 'quoted'\n")
  }

  @Test("lesspipe shows what is in an archive by contrib/lessfilter")
  func lesspipe() throws {
    guard access("/usr/bin/lesspipe", X_OK) == 0 else { return }
    let shown = try folder.shell(
      "HOME=$PWD; export HOME; cp /\(Self.root)/contrib/lessfilter .lessfilter; lesspipe a.fsc")
    #expect(shown.text == "one\ntwo\nthree 'quoted'\n")
    #expect(try folder.shell("HOME=$PWD; export HOME; lesspipe plain").text.isEmpty)
  }

  @Test("ripgrep searches archives through fscompcat")
  func ripgrep() throws {
    guard access("/usr/bin/rg", X_OK) == 0 else { return }
    let found = try folder.shell(
      """
      ln -s \(ToolProcess.executable) fscompcat; PATH=$PWD:$PATH
      rg --pre fscompcat --pre-glob '*.fsc' -n two a.fsc plain | sort
      """)
    #expect(found.text == "a.fsc:2:two\nplain:1:two and a half\n")
  }

  @Test("Vim edits archives by contrib/fscomp.vim")
  func vim() throws {
    guard access("/usr/bin/vim", X_OK) == 0 else { return }
    let edited = try folder.shell(
      """
      cp a.fsc 'a file.c.fsc'; HOME=$PWD; export HOME
      vim -N -u NONE -i NONE -n -T dumb --not-a-term --cmd 'filetype on' \\
        -c 'source /\(Self.root)/contrib/fscomp.vim' -c 'let g:fscomp_options = "-1"' \\
        -c 'edit a\\ file.c.fsc' -c 'call writefile([&filetype . &bin], "type")' \\
        -c '2s/two/2/' -c 'write' -c '1write >> a.fsc' -c 'qall!' > log 2>&1
      cat type; fscomp -dc 'a file.c.fsc' a.fsc; ls
      """)
    #expect(
      edited.text == """
        c0
        one
        2
        three 'quoted'
        one
        two
        three 'quoted'
        one
        a file.c.fsc
        a.fsc
        log
        none.fsc
        plain
        type

        """)
  }

  @Test("logrotate makes archives by contrib/fscomp.logrotate")
  func logrotate() throws {
    guard access("/usr/sbin/logrotate", X_OK) == 0 else { return }
    let program = ToolProcess.executable
    let rotated = try folder.shell(
      """
      ln -s \(program) unfscomp; mkdir log; chmod 755 log; umask 022
      sed "s|/var/log/example|$PWD/log|; s|/usr/local/bin/fscomp|\(program)|
        s|/usr/local/bin|$PWD|" /\(Self.root)/contrib/fscomp.logrotate > entry
      for turn in 1 2; do
        cp plain log/x.log && /usr/sbin/logrotate -f -s $PWD/state $PWD/entry || exit
      done
      fscomp -dc log/x.log.2.fsc
      """)
    #expect(rotated.status == 0, "\(rotated.errors)")
    #expect(rotated.text == "two and a half\n")
    #expect(try folder.shell("ls log").text == "x.log.1\nx.log.2.fsc\n")
  }

  @Test("file names an archive by contrib/fscomp.magic")
  func magic() throws {
    guard access("/usr/bin/file", X_OK) == 0 else { return }
    let magic = "/\(Self.root)/contrib/fscomp.magic"
    #expect(
      try folder.shell("file -b --mime-type -m \(magic) a.fsc").text == "application/x-fscomp\n")
    #expect(
      try folder.shell("file -b -m \(magic) a.fsc").text
        .hasPrefix("fscomp compressed data, version 1, one block, model "))
  }

  @Test("Called as unfscomp it decompresses, as fscompcat to standard output")
  func links() throws {
    let program = ToolProcess.executable
    #expect(
      try folder.shell("ln -s \(program) unfscomp; ln -s \(program) fscompcat; ./unfscomp a.fsc")
        .status == 0)
    #expect(try folder.read("a") == Array("one\ntwo\nthree 'quoted'\n".utf8))
    #expect(try folder.shell("./fscompcat a.fsc").text == "one\ntwo\nthree 'quoted'\n")
  }

  @Test("make install puts all of them and their man pages in place, uninstall takes them away")
  func installation() throws {
    // With a program that is there already and stand-ins for the library, without building others.
    let make = "make -s -C /\(Self.root) -o static -o library DESTDIR=\(folder.path)/root "
      + "PREFIX=/usr STATIC=\(folder.path)/build LIBRARY=\(folder.path)/library"
    let installed = try folder.shell(
      "mkdir -p build/release && cp \(ToolProcess.executable) build/release/fscomp && "
        + "mkdir library && touch library/fscomp.h library/fscomp.pc library/libfscomp.a && "
        + "touch library/libfscomp.so.1.0.0 && "
        + "ln -s libfscomp.so.1.0.0 library/libfscomp.so.1 && "
        + "\(make) install && cd root/usr && find . ! -type d | sort")
    #expect(installed.status == 0)
    let files = installed.text.split(separator: "\n").map { String($0.dropFirst(2)) }
    for name in ["fscomp", "unfscomp", "fscompcat", "fscompgrep", "fscompless"] {
      #expect(files.contains("bin/\(name)"), "\(name)")
      #expect(files.contains("share/man/man1/\(name).1"), "\(name)")
      #expect(try folder.shell("test -e root/usr/share/man/man1/\(name).1").status == 0)
    }
    for page in [
      "man1/fscomp-train.1", "man1/fscomp-model.1", "man1/fscomp-eval.1", "man1/fscomp-explain.1",
      "man1/fscomp-bench.1", "man5/fscomp.5",
    ] { #expect(files.contains("share/man/\(page)"), "\(page)") }
    for name in [
      "include/fscomp.h", "lib/libfscomp.a", "lib/libfscomp.so.1", "lib/libfscomp.so.1.0.0",
      "lib/pkgconfig/fscomp.pc",
    ] { #expect(files.contains(name), "\(name)") }
    #expect(try folder.shell("root/usr/bin/fscompcat a.fsc").text.hasPrefix("one\n"))
    let removed = try folder.shell("\(make) uninstall && find root ! -type d")
    #expect(removed.text.isEmpty)
  }
}
