# The slow half of ./chimera, also used by ./check: platform, packages, build. POSIX sh; needs no python and no compiler.
# Expects $root; bring_up_to_date also expects $build and fresh(). Everything it says goes to standard error.

# Groups of deps/archives.lock that the program and its tests are built from.
build_archives="duckdb llama web"

say() { printf 'chimera: %s\n' "$*" >&2; }

# Stops: this machine is not supported or lacks something that could not be installed.
refuse() { say "$*"; exit 69; }

# The packages named in the given lists that are not installed, on one line.
missing_packages() {
  wanted=$(sed 's/#.*//' "$@" | tr -s ' \n' ' ')
  # shellcheck disable=SC2086
  have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^installed //p' | tr '\n' ' ')
  missing=
  for package in $wanted; do
    case " $have " in *" $package "*) ;; *) missing="$missing $package" ;; esac
  done
  echo "${missing# }"
}

require_linux() {
  system=$(uname -s) machine=$(uname -m)
  [ "$system" = Linux ] || refuse "Chimera runs on Linux; this is $system."
  case $machine in
    x86_64 | aarch64) ;;
    *) refuse "Chimera runs on x86-64 and arm64; this machine is $machine." ;;
  esac
}

# The releases whose packages are new enough. Relatives of Debian and Ubuntu are tried, not refused.
require_known_release() {
  release=${CHIMERA_OS_RELEASE:-/etc/os-release}
  [ -r "$release" ] || return 0
  id=$(. "$release" && echo "${ID:-}") version=$(. "$release" && echo "${VERSION_ID:-}")
  case $id in debian) oldest=12 ;; ubuntu) oldest=24 ;; *) return 0 ;; esac
  [ -z "$version" ] || [ "${version%%.*}" -ge "$oldest" ] ||
    refuse "Chimera needs Debian 12 or Ubuntu 24.04 or later; this is $id $version, whose compiler and libraries are too old."
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif ! command -v sudo >/dev/null; then refuse "Not root and no sudo here. As root: apt-get install $missing"
  elif [ -t 0 ]; then sudo "$@"
  else sudo -n "$@" </dev/null; fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 "$@" >>"$log" 2>&1
}

# What apt would do, in its own words; fails where a package is not known.
apt_plan() {
  # shellcheck disable=SC2086
  LC_ALL=C apt-get -o Debug::NoLocking=1 --assume-no --no-install-recommends install $missing 2>&1 </dev/null
}

# install_missing LIST...: installs the packages of these lists that are missing, after saying which and how large.
install_missing() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    for tool in cmake ninja c++; do
      command -v $tool >/dev/null || refuse "Chimera installs what it needs with apt, which is not here, and $tool is missing. Supported: Debian 12 or later, Ubuntu 24.04 or later."
    done
    return 0
  fi
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  require_known_release
  say "missing packages: $missing"
  plan=$(apt_plan) || case $plan in
    *"newly installed"*) ;;  # --assume-no ends with an error; the plan is there
    *)
      say "reading the package lists"
      apt_install update || refuse "apt-get update failed; see $log. Offline, install by hand: $missing"
      plan=$(apt_plan) || case $plan in
        *"newly installed"*) ;;
        *) refuse "apt cannot install them: $(echo "$plan" | grep '^E:' | tr '\n' ' ')" ;;
      esac
      ;;
  esac
  count=$(echo "$plan" | sed -n 's/.* \([0-9]*\) newly installed.*/\1/p')
  fetch=$(echo "$plan" | sed -n 's/^Need to get \(.*\) of archives.*/\1/p')
  disk=$(echo "$plan" | sed -n 's/^After this operation, \(.*\) of additional.*/\1/p')
  say "installing $count packages with apt: ${fetch:-?} to fetch, ${disk:-?} on disk"
  # shellcheck disable=SC2086
  if ! apt_install --no-install-recommends install $missing; then
    say "trying once more with fresh package lists"
    # shellcheck disable=SC2086
    { apt_install update && apt_install --no-install-recommends install $missing; } ||
      { tail -n 15 "$log" >&2; refuse "the packages could not be installed; see $log"; }
  fi
}

# Fetches what no package of the system has, into the user's cache and .cache.
bring_archives() {
  # shellcheck disable=SC2086
  [ -z "$build_archives" ] || log=$log "$root/tools/fetch_archives" $build_archives || exit
}

# As many jobs as cores, but each with 1.5 GB of memory.
parallel_jobs() {
  cores=$(nproc 2>/dev/null || echo 1)
  memory=$(awk '/^MemAvailable/ { print int($2 / 1500000) }' /proc/meminfo 2>/dev/null || echo 1)
  [ "${memory:-1}" -ge 1 ] || memory=1
  [ "$cores" -le "$memory" ] && echo "$cores" || echo "$memory"
}

# Lines of a build to the log; its [n/m] to the terminal, in place, or every tenth step where there is none.
show_progress() {
  last=0
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    case $line in
      \[*/*\]*)
        step=${line%%]*} step=${step#\[}
        if [ -t 2 ]; then printf '\r\033[Kchimera: building %s' "$step" >&2
        elif [ "${step%/*}" -ge $((last + 10)) ]; then last=${step%/*}; say "building $step"; fi
        ;;
    esac
  done
  [ ! -t 2 ] || printf '\r\033[K' >&2
}

run_build() {
  fresh_cache=
  if [ -e "$build/CMakeCache.txt" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$build/CMakeCache.txt"; then
    fresh_cache=--fresh  # the checkout was moved
  fi
  cd "$root" || return
  # shellcheck disable=SC2086
  cmake --preset release -B "$build" $fresh_cache </dev/null &&
    cmake --build "$build" --target chimera --parallel "${CMAKE_BUILD_PARALLEL_LEVEL:-$(parallel_jobs)}" </dev/null
}

# The model that writes reports, after a build; where it cannot be had the program works without one.
bring_model() {
  model=${CHIMERA_MODEL:-gemma3:270m}
  [ "$model" != none ] || return 0
  ! "$build/bin/chimera" model path "$model" </dev/null >/dev/null 2>&1 || return 0
  size=$("$build/bin/chimera" model list </dev/null | awk -v model="$model" '$1 == model { print $2, $3 }')
  say "bringing the model that writes reports, $model${size:+ ($size)}; CHIMERA_MODEL=none does without"
  "$build/bin/chimera" model get "$model" </dev/null >>"$log" || say "$model could not be had; reports are written without a model"
}

bring_up_to_date() {
  require_linux
  mkdir -p "$build" 2>/dev/null && [ -w "$build" ] ||
    refuse "cannot write to $build. Set CHIMERA_BUILD_DIR to a folder that you can write to."
  exec 9>"$build/lock"
  flock 9
  if ! fresh; then
    log=$build/launcher.log
    : >"$log"
    install_missing "$root/deps/apt-build.txt"
    bring_archives
    [ -x "$build/bin/chimera" ] || say "building for the first time (log: $log)"
    rm -f "$build/succeeded"
    : >"$build/starting"  # dated before the build: what changes meanwhile is built next time
    { (run_build 2>&1) && : >"$build/succeeded"; } | show_progress
    if [ ! -e "$build/succeeded" ]; then
      tail -n 30 "$log" >&2
      say "the build failed; the whole log is $log"
      exit 70
    fi
    mv "$build/starting" "$build/built"
    bring_model
  fi
  exec 9>&-
}
