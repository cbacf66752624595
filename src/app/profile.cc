#include "app/profile.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <toml++/toml.h>

#include "app/suggest.h"
#include "base/files.h"

namespace chimera::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

constexpr std::string_view kOption = "--profile";
const std::vector<std::string> kKeys = {"executor", "nodes", "partition", "gres", "time", "account", "sbatch", "pack"};

// Takes `--profile NAME` or `--profile=NAME` out.
base::Result<std::optional<std::string>> take_name(std::vector<std::string>& arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  const auto option = std::find_if(arguments.begin(), end, [](const std::string& word) { return word == kOption || word.rfind("--profile=", 0) == 0; });
  if (option == end) return std::optional<std::string>();
  if (*option != kOption) {
    std::string name = option->substr(kOption.size() + 1);
    arguments.erase(option);
    return name;
  }
  if (option + 1 == end) return base::fail(ErrorKind::usage, "--profile needs a name", "--profile lab");
  std::string name = *(option + 1);
  arguments.erase(option, option + 2);
  return name;
}

bool is_typed(const std::vector<std::string>& arguments, const std::string& option) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  return std::any_of(arguments.begin(), end, [&](const std::string& word) { return word == option || word.rfind(option + "=", 0) == 0; });
}

std::string text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  return "";
}

base::Result<std::vector<std::string>> options_of(const toml::table& profile, const std::string& name, const std::vector<std::string>& typed) {
  std::vector<std::string> options;
  for (const auto& [node_key, node] : profile) {
    const std::string key(node_key.str());
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
      const std::string guess = nearest(key, kKeys);
      return base::fail(ErrorKind::usage, fmt::format("profile {}: no option called \"{}\"", name, key), guess.empty() ? fmt::format("{}", fmt::join(kKeys, ", ")) : fmt::format("did you mean \"{}\"?", guess));
    }
    if (is_typed(typed, "--" + key)) continue;
    std::vector<std::string> values;
    if (const auto* list = node.as_array()) {
      for (const toml::node& item : *list) values.push_back(text_of(item));
    } else {
      values.push_back(text_of(node));
    }
    const bool many = key == "sbatch";
    if (values.empty() || (!many && values.size() > 1) || std::find(values.begin(), values.end(), "") != values.end())
      return base::fail(ErrorKind::usage, fmt::format("profile {}: {} is no {}", name, key, many ? "list of options" : "value"), many ? R"(sbatch = ["--constraint=epyc"])" : fmt::format("{} = \"…\"", key));
    for (const std::string& value : values) options.push_back(fmt::format("--{}={}", key, value));
  }
  return options;
}

}  // namespace

std::string configuration_file() {
  if (const char* home = std::getenv("XDG_CONFIG_HOME"); home != nullptr && *home != '\0') return (fs::path(home) / "chimera/config.toml").string();
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') return (fs::path(home) / ".config/chimera/config.toml").string();
  return {};
}

base::Result<std::vector<std::string>> with_profile(std::vector<std::string> arguments, const std::string& file) {
  TRY(const std::optional<std::string> name, take_name(arguments));
  if (!name) return arguments;
  std::error_code error;
  const std::string example = fmt::format("[profile.{}]\nexecutor = \"slurm\"\npartition = \"…\"", *name);
  if (!fs::exists(file, error)) return base::fail(ErrorKind::usage, fmt::format("no profile called \"{}\": there is no {}", *name, file), example);
  TRY(const std::string bytes, base::RealFileSystem().read(file));
  try {
    const toml::table config = toml::parse(bytes, file);
    const toml::table* profiles = config["profile"].as_table();
    const toml::table* profile = profiles == nullptr ? nullptr : (*profiles)[*name].as_table();
    if (profile == nullptr) {
      std::vector<std::string> known;
      if (profiles != nullptr)
        for (const auto& [key, node] : *profiles) known.emplace_back(key.str());
      const std::string guess = nearest(*name, known);
      return base::fail(ErrorKind::usage, fmt::format("{} has no profile called \"{}\"", file, *name), guess.empty() ? example : fmt::format("did you mean \"{}\"?", guess));
    }
    TRY(const std::vector<std::string> options, options_of(*profile, *name, arguments));
    arguments.insert(std::find(arguments.begin(), arguments.end(), "--"), options.begin(), options.end());
    return arguments;
  } catch (const toml::parse_error& wrong) {
    return base::fail(ErrorKind::input, fmt::format("{}: line {}: {}", file, wrong.source().begin.line, std::string(wrong.description())));
  }
}

}  // namespace chimera::app
