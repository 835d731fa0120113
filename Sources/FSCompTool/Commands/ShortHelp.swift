/// What -h shows, and the program alone on a terminal.
enum ShortHelp {
  static let text = """
    USAGE: fscomp [options] [file ...]

      -d            decompress (FILE.fsc becomes FILE)
      -t, -l        check archives; show what they hold
      -1 ... -9     quick ... small (default: -6)
      -c, -o FILE   write to standard output, to FILE
      -r            take the files in folders
      -k, --rm      keep input files (default), remove them once their output is verified
      -f            overwrite
      -T N          threads (default: one for each core)
      -m MODEL      a model of your own
      -q, -v        say less, more

    Commands: compress, decompress, test, list, cat, grep, explain, bench, train, eval,
    model.
    'fscomp --help' lists all options, 'man fscomp' explains them.
    """
}
