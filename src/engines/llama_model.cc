#include "engines/llama_model.h"

#if __has_include(<llama.h>)

#include <fmt/format.h>
#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <llama.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <thread>

#include "engines/models.h"
#include "engines/settings.h"
#include "engines/synth.h"

namespace chimera::engines {

#include "engines/llama_table.def"

namespace {

constexpr std::int64_t kDefaultContext = 4096;

struct KvType {
  std::string_view name;
  ggml_type type;
};
constexpr std::array kKvTypes = {KvType{"f32", GGML_TYPE_F32},   KvType{"f16", GGML_TYPE_F16},   KvType{"bf16", GGML_TYPE_BF16}, KvType{"q8_0", GGML_TYPE_Q8_0},
                                 KvType{"q5_1", GGML_TYPE_Q5_1}, KvType{"q5_0", GGML_TYPE_Q5_0}, KvType{"q4_1", GGML_TYPE_Q4_1}, KvType{"q4_0", GGML_TYPE_Q4_0}};

const KvType* kv_type(std::string_view name) {
  const auto found = std::find_if(kKvTypes.begin(), kKvTypes.end(), [&](const KvType& type) { return type.name == name; });
  return found == kKvTypes.end() ? nullptr : &*found;
}

Failure failed(FailureKind kind, std::string message, std::string hint = {}) { return {kind, std::nullopt, {base::ErrorKind::engine, std::move(message), std::move(hint)}}; }

// The line of llama.cpp's log that says why: the first that speaks of an error.
std::string telling(const std::vector<std::string>& log) {
  for (const std::string& line : log)
    for (const std::string_view word : {"error", "fail", "unable", "unknown", "invalid", "corrupt", "not within", "missing"})
      if (line.find(word) != std::string::npos) return line;
  return log.empty() ? "no reason given" : log.back();
}

bool speaks_of_memory(const std::vector<std::string>& log) {
  return std::any_of(log.begin(), log.end(), [](const std::string& line) {
    for (const std::string_view word : {"failed to allocate", "unable to allocate", "out of memory", "bad_alloc", "Cannot allocate"})
      if (line.find(word) != std::string::npos) return true;
    return false;
  });
}

bool on_progress(float, void* user) { return !static_cast<const std::stop_token*>(user)->stop_requested(); }

// What can be said better than llama.cpp says it, before it reads the file.
std::optional<Failure> look_at(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return failed(FailureKind::no_such_model, fmt::format("no model file {}: {}", path, error.message()), "`chimera model list` shows models that can be had");
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4> magic{};
  file.read(magic.data(), magic.size());
  if (!file) return failed(FailureKind::bad_model, fmt::format("{} cannot be read as a model ({} bytes)", path, size));
  if (std::string_view(magic.data(), magic.size()) != "GGUF") return failed(FailureKind::bad_model, fmt::format("{} is no GGUF file", path), "models for llama.cpp end in .gguf");
  return std::nullopt;
}

Failure load_failure(const std::string& path, std::string_view step, const std::vector<std::string>& log) {
  if (speaks_of_memory(log)) return failed(FailureKind::out_of_memory, fmt::format("not enough memory for {} ({}): {}", path, step, telling(log)), "take a smaller model, num_ctx or num_gpu");
  return failed(FailureKind::bad_model, fmt::format("{} cannot be used ({}): {}", path, step, telling(log)), "is the file whole? `sha256sum` against where it came from");
}

llama_context_params context_params(const LlamaFunctions& f, const LoadSettings& settings, std::int64_t trained) {
  llama_context_params params = f.llama_context_default_params();
  const std::int64_t context = settings.num_ctx > 0 ? settings.num_ctx : std::min(trained, kDefaultContext);
  const auto processors = static_cast<std::int64_t>(std::max(1U, std::thread::hardware_concurrency()));
  params.n_ctx = static_cast<std::uint32_t>(context);
  params.n_batch = static_cast<std::uint32_t>(std::min(settings.batch, context));
  params.n_ubatch = static_cast<std::uint32_t>(std::min(settings.ubatch, std::min(settings.batch, context)));
  params.n_threads = static_cast<std::int32_t>(settings.threads > 0 ? settings.threads : processors);
  params.n_threads_batch = settings.threads_batch > 0 ? static_cast<std::int32_t>(settings.threads_batch) : params.n_threads;
  params.flash_attn_type = settings.flash_attn == "auto" ? LLAMA_FLASH_ATTN_TYPE_AUTO : settings.flash_attn == "on" ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
  params.type_k = params.type_v = kv_type(settings.kv_type)->type;
  params.no_perf = false;
  return params;
}

base::Result<void> read_integer(const core::RunConfig& config, std::string_view key, std::int64_t low, std::int64_t high, std::int64_t& into) {
  TRY(const auto value, integer_setting(config, key));
  if (!value) return {};
  if (*value < low || *value > high) return base::fail(base::ErrorKind::usage, fmt::format("the setting {} is {}, expected {} to {}", key, *value, low, high));
  into = *value;
  return {};
}

// Something that no template changes and no message holds.
constexpr std::string_view kMark = "\x01message ";
std::string mark(std::size_t index) { return fmt::format("{}{}\x02", kMark, index); }

}  // namespace

base::Result<LoadSettings> load_settings(const core::RunConfig& config) {
  constexpr std::int64_t kMost = 1 << 24;
  LoadSettings settings;
  const std::string_view name = config.get("model").value_or("");
  if (name.empty()) return base::fail(base::ErrorKind::usage, "the embedded engine needs a model file", "--model FILE.gguf, or a name from `chimera model list`");
  TRY(settings.path, find_model(name));
  TRY(settings.num_gpu, integer_setting(config, "num_gpu"));
  TRY_VOID(read_integer(config, "num_ctx", 0, kMost, settings.num_ctx));
  TRY_VOID(read_integer(config, "batch", 1, kMost, settings.batch));
  TRY_VOID(read_integer(config, "ubatch", 1, kMost, settings.ubatch));
  TRY_VOID(read_integer(config, "threads", 0, 4096, settings.threads));
  TRY_VOID(read_integer(config, "threads_batch", 0, 4096, settings.threads_batch));
  settings.kv_type = std::string(config.get("kv_type").value_or("f16"));
  if (kv_type(settings.kv_type) == nullptr) return base::fail(base::ErrorKind::usage, fmt::format("the setting kv_type is \"{}\", expected f32, f16, bf16, q8_0, q5_1, q5_0, q4_1 or q4_0", settings.kv_type));
  if (config.get("flash_attn").value_or("auto") != "auto") {
    TRY(const auto flash, switch_setting(config, "flash_attn"));
    settings.flash_attn = *flash ? "on" : "off";
  }
  TRY(const auto mmap, switch_setting(config, "mmap"));
  settings.mmap = mmap.value_or(true);
  return settings;
}

tl::expected<std::unique_ptr<LlamaModel>, Failure> LlamaModel::load(LlamaLibrary& library, const LoadSettings& settings, const std::stop_token& stop) {
  if (auto problem = look_at(settings.path)) return tl::make_unexpected(std::move(*problem));
  const LlamaFunctions& f = library.functions();
  auto loaded = std::unique_ptr<LlamaModel>(new LlamaModel(library, settings));
  static_cast<void>(library.take_log());
  std::string_view step = "reading the model";
  try {
    llama_model_params params = f.llama_model_default_params();
    params.n_gpu_layers = settings.num_gpu ? static_cast<std::int32_t>(std::clamp<std::int64_t>(*settings.num_gpu, -1, 1 << 20)) : -1;
    params.load_mode = settings.mmap ? LLAMA_LOAD_MODE_MMAP : LLAMA_LOAD_MODE_NONE;
    params.progress_callback = on_progress;
    params.progress_callback_user_data = const_cast<std::stop_token*>(&stop);
    loaded->model_ = f.llama_model_load_from_file(settings.path.c_str(), params);
    if (loaded->model_ != nullptr) {
      step = "making room for its context";
      loaded->context_ = f.llama_init_from_model(loaded->model_, context_params(f, settings, f.llama_model_n_ctx_train(loaded->model_)));
    }
  } catch (const std::bad_alloc&) {
    return tl::make_unexpected(failed(FailureKind::out_of_memory, fmt::format("not enough memory for {} ({})", settings.path, step), "take a smaller model or num_ctx"));
  } catch (const std::exception& error) {
    return tl::make_unexpected(failed(FailureKind::bad_model, fmt::format("{} cannot be used ({}): {}", settings.path, step, error.what())));
  }
  const std::vector<std::string> log = library.take_log();
  if (stop.stop_requested()) return tl::make_unexpected(Failure{FailureKind::cancelled, std::nullopt, {base::ErrorKind::interrupted, "loading was cancelled", {}}});
  if (loaded->context_ == nullptr) return tl::make_unexpected(load_failure(settings.path, step, log));
  loaded->vocab_ = f.llama_model_get_vocab(loaded->model_);
  loaded->read_log(log);
  return loaded;
}

LlamaModel::~LlamaModel() {
  const LlamaFunctions& f = library_.functions();
  if (context_ != nullptr) f.llama_free(context_);
  if (model_ != nullptr) f.llama_model_free(model_);
}

// "load_tensors: offloaded 12/27 layers to GPU": nothing else tells how many there are.
void LlamaModel::read_log(const std::vector<std::string>& log) {
  for (const std::string& line : log) {
    const std::size_t at = line.find("offloaded ");
    if (at != std::string::npos) std::from_chars(line.data() + at + 10, line.data() + line.size(), offloaded_);
  }
  if (settings_.num_gpu.value_or(0) > 0 && offloaded_ == 0) notes_.emplace_back("no GPU that llama.cpp can use here: everything runs on the CPU, num_gpu has no effect");
}

std::size_t LlamaModel::context_size() const { return library_.functions().llama_n_ctx(context_); }
std::size_t LlamaModel::batch_size() const { return library_.functions().llama_n_batch(context_); }

std::size_t LlamaModel::step_size() const {
  const std::size_t step = library_.functions().llama_n_ubatch(context_);
  return batch_size() % step == 0 ? step : batch_size();
}

std::vector<Token> LlamaModel::tokenise(std::string_view text, Control control) const {
  const LlamaFunctions& f = library_.functions();
  std::vector<Token> tokens(text.size() + 2);
  const auto size = static_cast<std::int32_t>(text.size());
  std::int32_t count = f.llama_tokenize(vocab_, text.data(), size, tokens.data(), static_cast<std::int32_t>(tokens.size()), false, control == Control::tokens);
  if (count < 0) {
    tokens.resize(static_cast<std::size_t>(-count));
    count = f.llama_tokenize(vocab_, text.data(), size, tokens.data(), -count, false, control == Control::tokens);
  }
  tokens.resize(static_cast<std::size_t>(std::max(0, count)));
  return tokens;
}

std::string LlamaModel::piece(Token token) const {
  std::array<char, 256> buffer{};
  const std::int32_t size = library_.functions().llama_token_to_piece(vocab_, token, buffer.data(), static_cast<std::int32_t>(buffer.size()), 0, false);
  if (size >= 0) return {buffer.data(), static_cast<std::size_t>(size)};
  std::string large(static_cast<std::size_t>(-size), '\0');
  static_cast<void>(library_.functions().llama_token_to_piece(vocab_, token, large.data(), -size, 0, false));
  return large;
}

std::optional<std::string> LlamaModel::apply_template(const char* form, const std::vector<Message>& messages) const {
  std::vector<std::string> marks;
  for (std::size_t i = 0; i < messages.size(); ++i) marks.push_back(mark(i));
  std::vector<llama_chat_message> chat;
  for (std::size_t i = 0; i < messages.size(); ++i) chat.push_back({to_string(messages[i].role).data(), marks[i].c_str()});
  std::string text(4096 + 512 * messages.size(), '\0');
  const std::int32_t size = library_.functions().llama_chat_apply_template(form, chat.data(), chat.size(), true, text.data(), static_cast<std::int32_t>(text.size()));
  if (size < 0 || static_cast<std::size_t>(size) > text.size()) return std::nullopt;
  text.resize(static_cast<std::size_t>(size));
  const bool all = std::all_of(marks.begin(), marks.end(), [&](const std::string& m) { return text.find(m) != std::string::npos; });
  return all ? std::optional(std::move(text)) : std::nullopt;
}

std::vector<Token> LlamaModel::prompt(const Request& request, std::vector<std::string>& notes) const {
  const LlamaFunctions& f = library_.functions();
  std::vector<Token> tokens;
  if (f.llama_vocab_get_add_bos(vocab_)) tokens.push_back(f.llama_vocab_bos(vocab_));
  const auto append = [&](std::string_view text, Control control) {
    const std::vector<Token> more = tokenise(text, control);
    tokens.insert(tokens.end(), more.begin(), more.end());
  };
  if (request.messages.empty()) {
    append(request.prompt, Control::plain);
    return tokens;
  }
  const char* form = f.llama_model_chat_template(model_, nullptr);
  const std::optional<std::string> text = form == nullptr ? std::nullopt : apply_template(form, request.messages);
  if (!text) {
    notes.emplace_back(form == nullptr ? "the model brings no chat template: the messages were given as one text to go on from"
                                       : "the model's chat template is not one that llama.cpp knows: the messages were given as one text to go on from");
    std::string joined;
    for (const Message& message : request.messages) joined += message.content + "\n\n";
    append(joined, Control::plain);
    return tokens;
  }
  std::string_view rest = *text;
  for (std::size_t at = rest.find(kMark); at != std::string_view::npos; at = rest.find(kMark)) {
    append(rest.substr(0, at), Control::tokens);
    std::size_t index = 0;
    std::from_chars(rest.data() + at + kMark.size(), rest.data() + rest.size(), index);
    append(request.messages[index].content, Control::plain);
    rest.remove_prefix(at + mark(index).size());
  }
  append(rest, Control::tokens);
  return tokens;
}

core::RunConfig LlamaModel::effective() const {
  const LlamaFunctions& f = library_.functions();
  core::RunConfig config;
  config.set("engine", "embedded");
  config.set("engine_version", library_.version());
  config.set("model", std::filesystem::path(settings_.path).filename().string());
  config.set("quantization", info().quantization);
  config.set("num_gpu", std::to_string(offloaded_));
  config.set("num_ctx", std::to_string(context_size()));
  config.set("batch", std::to_string(batch_size()));
  config.set("ubatch", std::to_string(f.llama_n_ubatch(context_)));
  config.set("threads", std::to_string(f.llama_n_threads(context_)));
  config.set("threads_batch", std::to_string(f.llama_n_threads_batch(context_)));
  config.set("flash_attn", settings_.flash_attn);
  config.set("kv_type", settings_.kv_type);
  config.set("mmap", settings_.mmap ? "on" : "off");
  return config;
}

std::string LlamaModel::metadata(const char* key) const {
  std::array<char, 512> buffer{};
  const std::int32_t size = library_.functions().llama_model_meta_val_str(model_, key, buffer.data(), buffer.size());
  return size < 0 ? std::string() : std::string(buffer.data());
}

ModelInfo LlamaModel::info() const {
  const LlamaFunctions& f = library_.functions();
  ModelInfo model;
  model.name = metadata("general.name");
  model.family = metadata("general.architecture");
  model.licence = metadata("general.license");
  model.weights = metadata(kWeightsKey.data());
  model.parameters = f.llama_model_n_params(model_);
  model.bytes = f.llama_model_size(model_);
  model.context_length = static_cast<std::uint64_t>(std::max(0, f.llama_model_n_ctx_train(model_)));
  model.chat_template = f.llama_model_chat_template(model_, nullptr) != nullptr;
  std::array<char, 256> description{};
  f.llama_model_desc(model_, description.data(), description.size());
  const std::string text(description.data());  // "gemma3 270M Q4_K - Medium"
  const std::size_t at = text.find_last_of("0123456789", text.find_first_of("BMK", text.find(' ') + 1));
  const std::size_t kind = at == std::string::npos ? at : text.find(' ', at);
  if (kind != std::string::npos) model.quantization = text.substr(kind + 1);
  return model;
}

}  // namespace chimera::engines

#endif
