#include "app/model.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/console.h"
#include "base/log.h"
#include "engines/embedded.h"
#include "engines/models.h"
#include "engines/synth.h"

namespace chimera::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// The script that fetches pinned archives: of the checkout that was built, or installed with the program.
base::Result<fs::path> find_fetcher() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  std::vector<fs::path> roots;
  if (const char* root = std::getenv("CHIMERA_ROOT"); root != nullptr && *root != '\0') roots.emplace_back(root);
  roots.push_back(program.parent_path().parent_path() / "share/chimera");
  for (fs::path above = program.parent_path(); above != above.parent_path(); above = above.parent_path()) roots.push_back(above);
  for (const fs::path& root : roots)
    if (fs::exists(root / "tools/fetch_archives", error) && fs::exists(root / "deps/archives.lock", error)) return root / "tools/fetch_archives";
  return base::fail(base::ErrorKind::input, "tools/fetch_archives is neither in the checkout nor installed with the program", "CHIMERA_ROOT names the folder of the checkout");
}

// Standard error of the script is ours; it says what it fetches and how large it is.
base::Result<void> fetch(const fs::path& fetcher, const std::string& group, const fs::path& unpack_into) {
  ::setenv("CHIMERA_UNPACK_DIR", unpack_into.c_str(), 1);
  const std::string script = fetcher.string();
  char* const arguments[] = {const_cast<char*>(script.c_str()), const_cast<char*>(group.c_str()), nullptr};
  pid_t child = 0;
  const int problem = ::posix_spawn(&child, script.c_str(), nullptr, nullptr, arguments, environ);
  if (problem != 0) return base::fail(base::ErrorKind::input, fmt::format("cannot run {}", script));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return base::fail(base::ErrorKind::input, fmt::format("{} could not be fetched", group));
}

base::Result<void> get(const engines::KnownModel& model) {
  std::error_code error;
  const std::string path = engines::path_of(model);
  if (fs::exists(path, error) && fs::file_size(path, error) == model.bytes) return {};
  TRY(const fs::path fetcher, find_fetcher());
  const fs::path scratch = fs::path(engines::model_folder()) / fmt::format(".get.{}", ::getpid());
  fs::create_directories(scratch, error);
  if (error) return base::fail(base::ErrorKind::input, fmt::format("cannot write to {}: {}", engines::model_folder(), error.message()));
  base::Result<void> done = fetch(fetcher, std::string(model.group), scratch);
  const fs::path unpacked = scratch / model.group;
  if (done) done = engines::assemble_model(model, (unpacked / "parts").string());
  if (done) {
    fs::remove_all(path + ".licence", error);
    fs::rename(unpacked / "licence", path + ".licence", error);
    if (error) done = base::fail(base::ErrorKind::input, fmt::format("cannot write {}.licence: {}", path, error.message()));
  }
  fs::remove_all(scratch, error);
  return done;
}

int list(const CommonOptions& common) {
  Json all = Json::array();
  for (const engines::KnownModel& model : engines::known_models()) {
    std::error_code error;
    const std::string path = engines::path_of(model);
    const bool here = fs::exists(path, error);
    if (common.form == OutputForm::json) {
      Json object = {{"name", model.name}, {"about", model.about}, {"bytes", model.bytes}, {"sha256", model.sha256}, {"licence", model.licence}, {"path", nullptr}};
      if (here) object["path"] = path;
      all.push_back(std::move(object));
    } else {
      print(fmt::format("{:<13} {:>4} MB  {:<8}  {}; {}\n", model.name, model.bytes / 1'000'000, here ? "here" : "not here", model.about, model.licence));
    }
  }
  if (common.form == OutputForm::json) print(all.dump(2) + "\n");
  return 0;
}

// Vocabularies that llama.cpp brings, beside its libraries.
base::Result<std::string> find_vocabulary(const ModelCommand& command) {
  if (!command.vocab.empty()) return command.vocab;
  const auto shapes = engines::known_shapes();
  const auto shape = std::find_if(shapes.begin(), shapes.end(), [&](const engines::KnownShape& s) { return s.arch == command.arch && s.size == command.size; });
  if (shape == shapes.end()) return std::string();  // plan_shape() says which are known
  std::error_code error;
  std::string file = fmt::format("{}/vocab/{}", engines::find_llama_libraries(), shape->vocabulary);
  if (fs::exists(file, error)) return file;
  return base::fail(base::ErrorKind::input, fmt::format("the vocabulary for {} is not here", command.arch), "--vocab names a GGUF file with a tokenizer, such as any model of that family");
}

base::Result<engines::ModelPlan> plan_of(const ModelCommand& command) {
  const base::RealFileSystem files;
  if (!command.like.empty()) {
    if (!command.arch.empty() || !command.size.empty()) return base::fail(base::ErrorKind::usage, "--like has a shape already", "leave --arch and --size away");
    TRY(const std::string path, engines::find_model(command.like));
    TRY(const engines::Gguf file, engines::read_gguf(files, path));
    return engines::plan_like(file);
  }
  if (command.arch.empty() || command.size.empty()) return base::fail(base::ErrorKind::usage, "chimera model synth needs a shape", "--like FILE.gguf, or --arch gemma3 --size 1b");
  TRY(const std::string path, find_vocabulary(command));
  if (path.empty()) return engines::plan_shape(command.arch, command.size, command.quantization, {});
  TRY(const engines::Gguf vocabulary, engines::read_gguf(files, path));
  return engines::plan_shape(command.arch, command.size, command.quantization, vocabulary);
}

std::string default_name(const ModelCommand& command) {
  if (command.like.empty()) return fmt::format("{}-{}-{}-synthetic.gguf", command.arch, command.size, command.quantization);
  std::string stem = fs::path(command.like).filename().string();
  if (const std::size_t end = stem.rfind(".gguf"); end != std::string::npos && end + 5 == stem.size()) stem.resize(end);
  std::replace(stem.begin(), stem.end(), ':', '-');
  return stem + "-synthetic.gguf";
}

int synth(const ModelCommand& command, const CommonOptions& common) {
  const auto plan = plan_of(command);
  if (!plan) return report_error(plan.error());
  const std::string path = command.out.empty() ? default_name(command) : command.out;
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) return report_error({base::ErrorKind::usage, fmt::format("{} is no file", path), "-o names one"});
  base::log_info(fmt::format("writing {:.2f} GB of random weights, {} tensors", static_cast<double>(plan->bytes()) * 1e-9, plan->tensors.size()));
  if (const auto written = engines::write_model(*plan, command.seed, path); !written) return report_error(written.error());
  if (common.form == OutputForm::json) print(Json{{"path", path}, {"weights", "synthetic"}, {"tensors", plan->tensors.size()}, {"bytes", fs::file_size(path, error)}, {"seed", command.seed}}.dump(2) + "\n");
  else print(path + "\n");
  return 0;
}

}  // namespace

int model_command(const ModelCommand& command, const CommonOptions& common) {
  if (command.action == "list") return list(common);
  if (command.action == "synth") return synth(command, common);
  const engines::KnownModel* model = engines::find_known_model(command.name);
  if (model == nullptr)
    return report_error({base::ErrorKind::usage, command.name.empty() ? fmt::format("chimera model {} needs a name", command.action) : fmt::format("no model called \"{}\"", command.name), "`chimera model list` shows the names; any other GGUF file works with --model FILE.gguf"});
  if (command.action == "get") {
    if (const auto done = get(*model); !done) return report_error(done.error());
    base::log_info(fmt::format("{}: its terms ({}) are in {}.licence/{}", model->name, model->licence, engines::path_of(*model), model->licence_file));
  }
  const auto path = engines::find_model(model->name);
  if (!path) return report_error(path.error());
  print(*path + "\n");
  return 0;
}

}  // namespace chimera::app
