#include "app/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace chimera::app {

std::string completion_script(std::string_view shell, const std::vector<std::string>& commands) {
  const std::string names = fmt::format("{}", fmt::join(commands, " "));
  if (shell == "fish")
    return fmt::format("complete -c chimera -n __fish_use_subcommand -f -a \"{}\"\n"
                       "complete -c chimera -n \"not __fish_use_subcommand\" -F\n", names);
  const std::string body = fmt::format(
      "_chimera() {{\n"
      "  local word=\"${{COMP_WORDS[COMP_CWORD]}}\"\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W \"{} --help --version\" -- \"$word\"))\n"
      "  elif [ \"${{word#-}}\" != \"$word\" ]; then\n"
      "    COMPREPLY=($(compgen -W \"$(chimera \"${{COMP_WORDS[1]}}\" --help 2>/dev/null | grep -o -e '--[a-z-]*')\" -- \"$word\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
      "  fi\n"
      "}}\n"
      "complete -o filenames -F _chimera chimera\n", names);
  return shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" + body : body;
}

}  // namespace chimera::app
