#include "app/doctor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "analysis/statistics.h"
#include "app/console.h"
#include "app/doctor_slurm.h"
#include "app/ncu.h"
#include "base/log.h"
#include "engines/embedded.h"
#include "measure/cupti.h"
#include "measure/health.h"
#include "measure/machine.h"
#include "measure/machine_json.h"
#include "measure/telemetry.h"

namespace chimera::app {
namespace {

using Json = nlohmann::ordered_json;

// How long a line takes to be lasting in a new file of the current folder; absent where none can be made.
std::optional<double> time_of_sync(const base::Clock& clock) {
  std::string name = ".chimera-doctor.XXXXXX";
  const int file = ::mkstemp(name.data());
  if (file < 0) return std::nullopt;
  ::unlink(name.c_str());
  analysis::Sample times;
  for (int i = 0; i < 11; ++i) {
    const base::Nanoseconds begin = clock.steady();
    const bool written = ::write(file, "{}\n", 3) == 3 && ::fdatasync(file) == 0;
    if (written) times.push_back(static_cast<double>(clock.steady() - begin) * 1e-6);
  }
  ::close(file);
  return times.empty() ? std::nullopt : std::optional(analysis::median(times));
}

std::optional<double> free_memory(const measure::Proc& proc) {
  const auto info = proc.text("/proc/meminfo");
  const auto available = info ? measure::field(*info, "MemAvailable") : std::nullopt;
  const auto kib = available ? measure::leading_number(*available) : std::nullopt;
  return kib ? std::optional(static_cast<double>(*kib) * 1024) : std::nullopt;
}

// Attached once and let go, since a library that is there may still be kept from tracing.
void look_for_cupti(measure::Examined& seen) {
  auto cupti = measure::Cupti::load();
  const auto attached = cupti ? cupti->attach() : tl::make_unexpected(cupti.error());
  if (cupti) cupti->detach();
  if (attached) {
    seen.cupti = fmt::format("{} ({})", cupti->version(), cupti->path());
    return;
  }
  seen.cupti_problem = cupti ? fmt::format("{} ({}) does not trace: {}", cupti->version(), cupti->path(), attached.error().message) : attached.error().message;
  seen.cupti_advice = attached.error().hint;
}

measure::Examined look(double seconds, const base::Clock& clock) {
  const measure::Proc proc;
  measure::Examined seen;
  seen.machine = measure::read_machine();
  seen.clock_source = proc.text("/sys/devices/system/clocksource/clocksource0/current_clocksource").value_or("");
  seen.free_bytes = free_memory(proc);
  seen.sync_ms = time_of_sync(clock);
  if (const std::string folder = engines::find_llama_libraries(); std::filesystem::exists(folder)) seen.embedded = folder;
  seen.ncu = find_ncu();
  look_for_cupti(seen);
  const auto sampler = measure::start_sampler({}, {}, clock);
  measure::AaOptions options;
  options.time = static_cast<base::Nanoseconds>(seconds * 1e9 / 2);  // of each of the two kinds of work
  const unsigned usable = seen.machine.limits.allowed_cpus.value_or(std::max(1U, seen.machine.threads));
  seen.aa = measure::aa_of_machine(std::max(1U, std::min(usable, std::max(1U, seen.machine.cores))), static_cast<std::uint64_t>(seen.free_bytes.value_or(1e9)), options, clock);
  seen.telemetry = sampler->stop();
  return seen;
}

template <class T>
void put(Json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

Json aa_json(const measure::AaResult& aa) {
  Json object = {{"work", aa.work}, {"pairs", aa.pairs}, {"run_s", aa.run_s}, {"scatter", aa.scatter}, {"slowest", aa.slowest}, {"ratio", aa.ratio}, {"holds", aa.holds()}};
  if (aa.interval) object["low"] = aa.interval->low, object["high"] = aa.interval->high;
  put(object, "smallest_difference", aa.smallest_difference);
  put(object, "drift", aa.drift);
  return object;
}

Json result_json(const measure::Examined& seen, const std::vector<measure::Check>& checks, measure::Health worst) {
  Json object = {{"health", measure::to_string(worst)}, {"machine", Json::parse(measure::machine_json(seen.machine))}, {"checks", Json::array()}, {"aa", Json::array()}};
  for (const measure::Check& check : checks) {
    object["checks"].push_back({{"subject", check.subject}, {"health", measure::to_string(check.health)}, {"found", check.found}});
    if (!check.advice.empty()) object["checks"].back()["advice"] = check.advice;
  }
  for (const measure::AaResult& aa : seen.aa) object["aa"].push_back(aa_json(aa));
  return object;
}

std::string text_of(const std::vector<measure::Check>& checks, measure::Health worst) {
  std::string text;
  for (const measure::Check& check : checks) {
    text += fmt::format("{:<8} {}: {}\n", measure::to_string(check.health), check.subject, check.found);
    if (!check.advice.empty()) text += fmt::format("{:<8} -> {}\n", "", check.advice);
  }
  if (worst == measure::Health::bad) return text + "\nSomething speaks against measuring now: see what is bad.\n";
  return text + (worst == measure::Health::poor ? "\nMeasurements work here; what is poor makes them noisier or less comparable.\n" : "\nNothing speaks against measuring here.\n");
}

}  // namespace

int doctor_command(const DoctorCommand& command, const CommonOptions& common) {
  const base::SystemClock clock;
  const double seconds = command.quick ? 3 : command.seconds;
  measure::Examined seen;
  if (command.on_slurm) {
    seen.machine = measure::read_machine();
  } else {
    base::log_info(fmt::format("looking at the machine for {:.0f} s", seconds));
    seen = look(seconds, clock);
  }
  const std::vector<measure::Check> checks = command.on_slurm ? examine_slurm(command) : measure::examine(seen);
  measure::Health worst = measure::Health::good;  // what is missing makes nothing worse
  for (const measure::Check& check : checks)
    if (check.health == measure::Health::bad || (check.health == measure::Health::poor && worst == measure::Health::good)) worst = check.health;
  print(common.form == OutputForm::json ? result_json(seen, checks, worst).dump(2, ' ', false, Json::error_handler_t::replace) + "\n" : text_of(checks, worst));
  return worst == measure::Health::bad ? 1 : 0;
}

}  // namespace chimera::app
