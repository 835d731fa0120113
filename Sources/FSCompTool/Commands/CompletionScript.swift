import ArgumentParser

/// Completion scripts: those the argument parser makes for the commands and their flags, and files
/// where no command was named.
enum CompletionScript {
  /// The interface without its files: with them the generated scripts offer no commands.
  private struct CommandsAndFlags: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fscomp", subcommands: RootCommand.commands)

    @OptionGroup var flags: DefaultCommand.Flags
  }

  static func text(for shell: CompletionShell) -> String {
    var script = CommandsAndFlags.completionScript(for: shell)
    for (anchor, replacement) in additions(for: shell) {
      guard let range = script.firstRange(of: anchor) else { continue }
      script.replaceSubrange(range, with: replacement)
    }
    return script
  }

  private static func additions(
    for shell: CompletionShell
  ) -> [(anchor: String, replacement: String)] {
    switch shell {
    case .bash:
      return [("\ncomplete -o filenames", "\ncomplete -o default -o filenames")]
    case .zsh:
      let commands = "_describe -V subcommand subcommands && ret=0\n"
      let dispatch = "\"_fscomp_${words[1]}\" && ret=0\n            ;;\n"
      return [
        (commands, commands + "        _files && ret=0\n"),
        (dispatch, dispatch + "        *)\n            _files && ret=0\n            ;;\n"),
      ]
    case .fish:
      let noFiles = "complete -c 'fscomp' -f\n"
      let condition = "__fscomp_should_offer_completions_for_positional \"fscomp\" -ge 1"
      return [(noFiles, noFiles + "complete -c 'fscomp' -n '\(condition)' -F\n")]
    default:
      return []
    }
  }
}
