#!/bin/bash
# A true OpenStack (release Zed, from Debian bookworm's packages) on loopback, for tests of server <-> security group.
#
#   keystone, glance, placement, neutron (ML2) and nova (api, scheduler, conductor, compute) over MariaDB and RabbitMQ.
#   Two things stand in: the hypervisor is Nova's own FakeDriver, and instead of a layer-2 agent one agent report is
#   sent over RabbitMQ, so that ML2's real openvswitch driver agrees to bind ports.
#
# usage (root): openstack.sh [--dir folder] [--base-port n] [--force] up | down | purge | status | env
#   up      install what is missing, start, seed (see seed.py); again on a running one: seed anew
#   down    stop it, keep its databases;   purge = down + remove the folder;   packages stay installed
#   status  one line a process;            env = print openrc.json: endpoints, accounts, ids
#   --dir        holds state, configuration and logs; default /var/lib/pulumi-cloud-attachments-openstack, because
#                the mysql account has to reach its data, which it cannot under a closed home folder
#   --base-port  first of nine ports on 127.0.0.1, default 15000: keystone, nova, placement, glance, neutron, mariadb,
#                rabbitmq, epmd, erlang
#   --force      down and purge also what another checkout, or a test run still alive, has started
#
# Exit code 77, with one line why: this machine cannot run it, or it is in use. Anything else but 0 is a defect.
# Needs Debian bookworm, root, 2 GB of memory, 1.6 GB of disk, a Debian mirror for the first time. Measured on 2 cores:
# first time 2-3 min, afterwards 20 s; down 8 s.
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV ${!OS_@}
export no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost # a proxy, if any, is for apt alone

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
CHECKOUT=$(cd "$HERE/../.." && pwd)
MARKER=.pulumi-cloud-attachments-openstack # without this file in it, nothing is ever removed from a folder
DIR=/var/lib/pulumi-cloud-attachments-openstack
BASE_PORT="" FORCE="" COMMAND=""
PY=/usr/bin/python3

say() { printf '[%4ds] %s\n' "$SECONDS" "$*" >&2; }
die() { say "FAILED: $*"; exit 1; }
cannot() { echo "cannot run a true OpenStack here: $*" >&2; exit 77; }
failed_step() { # log file, what failed
  tail -n 20 "$1" >&2
  die "$2, see $1"
}

source "$HERE/configure.sh"
source "$HERE/processes.sh"

# ---------------------------------------------------------------- this machine
check_machine() {
  [ "$(id -u)" = 0 ] || cannot "needs root"
  local id="" codename=""
  [ -r /etc/os-release ] && { id=$(. /etc/os-release; echo "${ID:-}"); codename=$(. /etc/os-release; echo "${VERSION_CODENAME:-}"); }
  [ "$id $codename" = "debian bookworm" ] || cannot "needs Debian bookworm, this is ${id:-unknown} ${codename:-}"
  [ -n "$(command -v flock)" ] || cannot "needs flock (package util-linux)"
}
check_memory() {
  local free
  free=$(awk '/^MemAvailable/ {print int($2 / 1024)}' /proc/meminfo)
  [ "${free:-0}" -ge 2048 ] || cannot "needs 2048 MiB of free memory, there are ${free:-0}"
}
check_disk() { # path, MiB
  local p=$1 free
  while [ ! -d "$p" ]; do p=$(dirname "$p"); done
  free=$(df -Pm "$p" | awk 'NR == 2 {print $4}')
  [ "$free" -ge "$2" ] || cannot "needs $2 MiB of disk at $1, there are $free"
}
check_ports() {
  local p
  for p in $PORTS; do
    if (exec 3<>"/dev/tcp/$IP/$p") 2>/dev/null; then cannot "port $p is taken (see --base-port)"; fi
  done
}

# ---------------------------------------------------------------- packages
PACKAGES="python3-keystone python3-placement nova-common neutron-common glance-common placement-common
  python3-waitress python3-openstacksdk mariadb-server rabbitmq-server curl procps"
installed() { dpkg-query -W -f='${db:Status-Status} ${Package}\n' | awk '$1 == "installed" {print $2}' | sort -u; }
apt() { timeout -k 30 1200 apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=2 -o Acquire::http::Timeout=30 "$@"; }

# While packages are set up, no daemon of theirs may start: it would listen on every address. The policy ends with this
# process, so that it does no harm even if we are killed before it is put back.
POLICY=/usr/sbin/policy-rc.d
POLICY_SAVED=$POLICY.before-pulumi-cloud-attachments
forbid_starts() {
  [ -e "$POLICY" ] && [ ! -e "$POLICY_SAVED" ] && ! grep -q "^# pulumi-cloud-attachments" "$POLICY" && mv "$POLICY" "$POLICY_SAVED"
  printf '#!/bin/sh\n# pulumi-cloud-attachments\nkill -0 %s 2>/dev/null && exit 101\n[ -x %s ] && exec %s "$@"\nexit 0\n' \
    $$ "$POLICY_SAVED" "$POLICY_SAVED" >"$POLICY"
  chmod 755 "$POLICY"
}
allow_starts() {
  if [ -e "$POLICY_SAVED" ]; then mv "$POLICY_SAVED" "$POLICY"; else rm -f "$POLICY"; fi
}
disable_services_of() { # packages: what they enabled for the next boot is switched off again
  local unit script
  for unit in $(dpkg -L "$@" 2>/dev/null | sed -n 's#^\(/usr\)\?/lib/systemd/system/\([^/]*\.\(service\|socket\|timer\)\)$#\2#p' | sort -u); do
    DPKG_MAINTSCRIPT_PACKAGE=any deb-systemd-helper disable "$unit" >/dev/null 2>&1 || true # it wants to hear from dpkg
  done
  for script in $(dpkg -L "$@" 2>/dev/null | sed -n 's#^/etc/init\.d/\([^/]*\)$#\1#p' | sort -u); do
    update-rc.d "$script" disable >/dev/null 2>&1 || true
  done
}
install_packages() {
  local present missing="" p log=$LOGS/apt.log new
  present=$(installed)
  for p in $PACKAGES; do grep -qx "$p" <<<"$present" || missing="$missing $p"; done
  [ -n "$missing" ] || return 0
  check_disk /usr 1600
  say "installing packages:$missing"
  export DEBIAN_FRONTEND=noninteractive
  # one broken third-party source must not stop us: the download of our own packages decides
  apt update >"$log" 2>&1 || say "apt-get update complains, going on (see $log)"
  apt install --no-install-recommends --download-only $missing >>"$log" 2>&1 ||
    cannot "packages cannot be had: $(grep -m1 '^E: ' "$log" || echo "see $log")"
  forbid_starts
  trap allow_starts EXIT
  local rc=0
  apt install --no-install-recommends --no-download -o Dpkg::Options::=--force-confold \
    -o Dpkg::Options::=--force-unsafe-io $missing >>"$log" 2>&1 || rc=$?
  trap - EXIT
  allow_starts
  new=$(comm -13 <(echo "$present") <(installed))
  [ -z "$new" ] || disable_services_of $new
  [ $rc = 0 ] || failed_step "$log" "apt-get install"
  apt clean >>"$log" 2>&1 || true
  say "packages installed"
}

# ---------------------------------------------------------------- whose it is
# `up` records its checkout and, when a test run asks (OPENSTACK_HOLDER = its pid), that process. Nobody else stops or
# uses what it started; a holder that has died counts as nobody.
holder() { if [ -n "${OPENSTACK_HOLDER:-}" ]; then echo "$OPENSTACK_HOLDER $(born "$OPENSTACK_HOLDER")"; else echo "-"; fi; }
me() { printf '%s\n%s\n' "$CHECKOUT" "$(holder)"; }
somebody_elses() { # true when it runs and is neither ours nor left by a dead run; says whose in OWNER
  any_alive && [ -s "$DIR/owner" ] || return 1
  [ "$(cat "$DIR/owner")" != "$(me)" ] || return 1
  local process pid start
  { read -r OWNER; read -r process; } <"$DIR/owner"
  [ "$process" = "-" ] && return 0
  read -r pid start <<<"$process"
  [ -n "$start" ] && [ "$(born "$pid")" = "$start" ] && OWNER="$OWNER (process $pid)"
}
left_by_a_dead_run() { any_alive && [ -s "$DIR/owner" ] && [ "$(cat "$DIR/owner")" != "$(me)" ]; }
lock() { # one openstack.sh at a time works on a folder; the lock lies beside it, because purge removes the folder
  mkdir -p "$(dirname "$DIR")"
  exec 9>"$DIR.lock"
  flock "$@" 9 || cannot "another openstack.sh is at work on $DIR"
}
claim_folder() {
  if [ -d "$DIR" ] && [ ! -e "$DIR/$MARKER" ] && [ -n "$(ls -A "$DIR")" ]; then die "$DIR is not empty and not ours"; fi
  mkdir -p "$DIR"
  chmod 711 "$DIR"
  if [ ! -e "$DIR/$MARKER" ]; then echo "${BASE_PORT:-15000}" >"$DIR/$MARKER"; fi
  if [ -n "$BASE_PORT" ] && [ "$BASE_PORT" != "$(cat "$DIR/$MARKER")" ]; then
    die "$DIR was made with --base-port $(cat "$DIR/$MARKER"); purge it first"
  fi
  mkdir -p "$LOGS" "$DIR/pid"
  chmod 700 "$LOGS"
}

# ---------------------------------------------------------------- commands
up() {
  check_machine
  lock -n
  if somebody_elses; then cannot "$DIR is in use by $OWNER"; fi
  claim_folder
  ports "$(cat "$DIR/$MARKER")"
  if left_by_a_dead_run; then say "a run that died left it running: stopping that"; stop_all; fi
  me >"$DIR/owner"
  if ! any_alive; then check_memory; check_disk "$DIR" 700; check_ports; fi
  install_packages
  runuser -u mysql -- test -x "$DIR" || cannot "the mysql account cannot reach $DIR (see --dir)"
  start_all
  seed agent 2>"$LOGS/agent.log" || failed_step "$LOGS/agent.log" "report of the layer-2 agent"
  seed cloud >"$LOGS/seed.log" 2>&1 || failed_step "$LOGS/seed.log" "seed"
  say "ready"
}
down() {
  check_machine
  lock -w 600
  [ -d "$DIR" ] || return 0
  [ -e "$DIR/$MARKER" ] || die "$DIR is not ours: it lacks $MARKER"
  if [ -z "$FORCE" ] && somebody_elses; then die "$DIR was started by $OWNER: stop it there, or use --force"; fi
  stop_all
  rm -f "$DIR/owner"
  say "stopped"
}
purge() {
  down
  [ ! -e "$DIR/$MARKER" ] || rm -rf -- "$DIR"
}

while [ $# -gt 0 ]; do
  case $1 in
    --dir) DIR=$(readlink -m -- "${2:?--dir needs a folder}"); shift ;;
    --base-port) BASE_PORT=${2:?--base-port needs a number}; shift ;;
    --force) FORCE=1 ;;
    up | down | purge | status | env) COMMAND=$1 ;;
    *) COMMAND="" ; break ;;
  esac
  shift
done
case $BASE_PORT in *[!0-9]*) COMMAND="" ;; esac
LOGS=$DIR/log CONF=$DIR/conf
case $COMMAND in
  "") sed -n '2,/^set /{/^#/p}' "$0" >&2; exit 2 ;;
  env) cat "$DIR/openrc.json" ;;
  *) "$COMMAND" ;;
esac
