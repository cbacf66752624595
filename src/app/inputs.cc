#include "app/inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/stored_files.h"

namespace chimera::app {

base::Result<Inputs> open_inputs(const std::vector<std::string>& paths) {
  const auto found = std::find_if(paths.begin(), paths.end(), store::looks_like_store);
  if (found == paths.end()) return Inputs{paths, std::make_unique<base::RealFileSystem>()};
  if (paths.size() > 1)
    return base::fail(base::ErrorKind::usage, fmt::format("{} is a store and stands alone, found {} paths", *found, paths.size()),
                      "ingest the folders into the store: chimera ingest DIR... --store FILE");
  TRY(std::unique_ptr<store::StoredFiles> files, store::StoredFiles::open(*found));
  if (files->roots().empty()) return base::fail(base::ErrorKind::input, fmt::format("nothing was ingested into {} yet", *found), "chimera ingest DIR --store " + *found);
  std::vector<std::string> roots = files->roots();
  return Inputs{std::move(roots), std::move(files)};
}

}  // namespace chimera::app
