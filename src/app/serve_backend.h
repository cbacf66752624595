// What the pages of `chimera serve` ask for, answered from a store and from the files it was read from.
//
// Paths that come in with requests are looked up among what was read; none of them touches the disk by itself.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/serve_logs.h"
#include "app/verify.h"
#include "serve/backend.h"
#include "store/store.h"

namespace chimera::app {

class StoreBackend final : public serve::Backend {
 public:
  // `roots`: what the store was read from, as given, or the store itself; `store`: the file.
  [[nodiscard]] static base::Result<std::unique_ptr<StoreBackend>> open(std::vector<std::string> roots, const std::string& store);
  [[nodiscard]] std::optional<serve::Reply> answer(const serve::Request& request) override;
  [[nodiscard]] std::optional<std::string> log_file(const std::string& name) override { return logs_.find(name); }
  [[nodiscard]] std::string_view page_file(std::string_view name) const override;
  [[nodiscard]] std::string metrics() override;

 private:
  StoreBackend(std::vector<std::string> roots, store::Store pages, store::Store console, Logs logs)
      : roots_(std::move(roots)), pages_(std::move(pages)), console_(std::move(console)), logs_(std::move(logs)) {}
  base::Result<std::int64_t> count(const std::string& where, const std::vector<std::string>& texts);  // facts that fit
  serve::Reply overview();
  serve::Reply files();
  serve::Reply facts(const serve::Request& request);
  serve::Reply trials(const serve::Request& request);
  serve::Reply source(const serve::Request& request);
  serve::Reply query(const serve::Request& request);
  serve::Reply compare(const serve::Request& request);
  serve::Reply verify(const serve::Request& request);
  // Where a file, or a folder that holds some, stands; empty where it is neither.
  std::string on_disk(const std::string& path);

  std::vector<std::string> roots_;
  store::Store pages_;
  std::mutex pages_mutex_;
  // A store does not change while it is served: what was asked before is known.
  std::optional<serve::Reply> overview_;
  std::optional<serve::Reply> files_;
  std::map<std::string, std::int64_t> counts_;
  store::Store console_;    // a connection of its own, so that a long question holds up no page
  std::mutex console_mutex_;
  Logs logs_;
  std::unique_ptr<AuditDesk> desk_;  // made when first asked for: it reads everything into memory
  std::mutex desk_mutex_;
};

}  // namespace chimera::app
