# Sourced by openstack.sh: its processes, how they start and how they stop.

SERVICES="nova-compute nova-api nova-scheduler nova-conductor neutron glance placement keystone"
BACKENDS="rabbitmq mariadb"

# A pid file holds "pid start-time", so that a pid that somebody else has got meanwhile is never taken for ours.
born() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
alive() { local p b; [ -s "$DIR/pid/$1" ] && read -r p b <"$DIR/pid/$1" && [ -n "$b" ] && [ "$(born "$p")" = "$b" ]; }
any_alive() { local n; for n in $SERVICES $BACKENDS epmd; do if alive "$n"; then return 0; fi; done; return 1; }
pid() { cut -d' ' -f1 "$DIR/pid/$1"; }
background() { # name command...   (own session, pid recorded, the lock not inherited)
  local n=$1 p
  shift
  alive "$n" && return 0
  setsid "$@" >>"$LOGS/$n.log" 2>&1 </dev/null 9>&- &
  p=$!
  echo "$p $(born "$p")" >"$DIR/pid/$n"
}
wait_port() { # name port seconds
  local i
  for ((i = 0; i < $3 * 5; i++)); do
    (exec 3<>"/dev/tcp/$IP/$2") 2>/dev/null && return 0
    alive "$1" || failed_step "$LOGS/$1.log" "$1 ended"
    sleep 0.2
  done
  failed_step "$LOGS/$1.log" "$1: port $2 silent after $3 s"
}
console() { # name module:function args...   = what Debian's console script of that name does
  local n=$1 t=$2
  shift 2
  background "$n" $PY -c "import sys; sys.argv=sys.argv[1:]; from ${t%%:*} import ${t##*:} as m; sys.exit(m())" "$n" "$@"
}
wsgi() { # name port module:factory
  background "$1" $PY -c "import sys; sys.argv=['$1']
from ${3%%:*} import ${3##*:} as f
import waitress; waitress.serve(f(), listen='$IP:$2', threads=4, ident=None)"
}

start_mariadb() {
  alive mariadb && return
  if [ ! -d "$DIR/mysql/mysql" ]; then
    install -d -o mysql -g mysql -m 700 "$DIR/mysql"
    mariadb-install-db --no-defaults --user=mysql --datadir="$DIR/mysql" --skip-test-db \
      --auth-root-authentication-method=normal >"$LOGS/mariadb-install.log" 2>&1 ||
      failed_step "$LOGS/mariadb-install.log" "mariadb-install-db"
  fi
  # One account with our password, none without: the server listens where every local user can reach it.
  install -o mysql -g mysql -m 600 /dev/null "$DIR/mysql/init.sql"
  cat >"$DIR/mysql/init.sql" <<E
CREATE OR REPLACE USER 'openstack'@'127.0.0.1' IDENTIFIED BY '$PASSWORD';
GRANT ALL PRIVILEGES ON *.* TO 'openstack'@'127.0.0.1' WITH GRANT OPTION;
DELETE FROM mysql.global_priv WHERE User IN ('root', '');
FLUSH PRIVILEGES;
E
  # The databases are throw-away: no fsync, no double write.
  background mariadb mariadbd --no-defaults --user=mysql --datadir="$DIR/mysql" --init-file="$DIR/mysql/init.sql" \
    --bind-address=$IP --port="$P_DB" --socket="$DIR/mysql/s.sock" --pid-file="$DIR/mysql/pid" \
    --character-set-server=utf8mb4 --max-connections=400 --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 \
    --innodb-flush-method=nosync --skip-log-bin --innodb-buffer-pool-size=256M --skip-name-resolve --performance-schema=off
}
sql() { MYSQL_PWD=$PASSWORD mariadb --no-defaults --protocol=tcp -h $IP -P "$P_DB" -u openstack -N -e "$1"; }
start_rabbitmq() {
  alive rabbitmq && return
  mkdir -p "$DIR/rabbit/log"
  cat >"$DIR/rabbit/rabbitmq.conf" <<E
listeners.tcp.1 = $IP:$P_MQ
default_user = openstack
default_pass = $PASSWORD
disk_free_limit.absolute = 50MB
log.file.level = warning
E
  background epmd epmd -address $IP -port "$P_EPMD"
  wait_port epmd "$P_EPMD" 10
  background rabbitmq env ERL_EPMD_ADDRESS=$IP ERL_EPMD_PORT="$P_EPMD" HOME="$DIR/rabbit" RABBITMQ_NODENAME=rn@localhost \
    RABBITMQ_CONFIG_FILE="$DIR/rabbit/rabbitmq.conf" RABBITMQ_CONF_ENV_FILE=/nonexistent \
    RABBITMQ_MNESIA_BASE="$DIR/rabbit" RABBITMQ_LOG_BASE="$DIR/rabbit/log" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$DIR/rabbit/plugins" RABBITMQ_DIST_PORT="$P_ERL" RABBITMQ_PID_FILE="$DIR/rabbit/pidfile" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}" \
    /usr/lib/rabbitmq/bin/rabbitmq-server
}

# In the sync_ functions every step is tied with &&: they run where `set -e` has no force.
nova_manage() { nova-manage --config-file "$CONF/nova/nova.conf" "$@"; }
keystone_manage() { keystone-manage --config-file "$CONF/keystone/keystone.conf" "$@"; }
sync_keystone() {
  keystone_manage db_sync &&
    keystone_manage fernet_setup --keystone-user root --keystone-group root &&
    keystone_manage credential_setup --keystone-user root --keystone-group root &&
    OS_BOOTSTRAP_PASSWORD=$PASSWORD keystone_manage bootstrap --bootstrap-region-id RegionOne \
      --bootstrap-admin-url "$KEYSTONE/v3" --bootstrap-internal-url "$KEYSTONE/v3" --bootstrap-public-url "$KEYSTONE/v3"
}
sync_nova() { # the two cell databases in parallel, then the maps
  local p1 p2 p3
  nova_manage api_db sync & p1=$!
  nova-manage --config-file "$CONF/nova/cell0.conf" db sync --local_cell & p2=$!
  nova_manage db sync --local_cell & p3=$!
  wait $p1 && wait $p2 && wait $p3 &&
    nova_manage cell_v2 map_cell0 --database_connection "$(database nova_cell0)" &&
    nova_manage cell_v2 create_cell --name cell1 --database_connection "$(database nova_cell1)" --transport-url "$(queue)"
}
sync_neutron() { neutron-db-manage --config-file "$CONF/neutron/neutron.conf" upgrade heads; }
sync_glance() { glance-manage --config-file "$CONF/glance/glance-api.conf" db_sync; }
sync_placement() { OS_PLACEMENT_CONFIG_DIR=$CONF/placement placement-manage --config-dir "$CONF/placement" db sync; }
create_databases() {
  local name pids="" p rc=0
  [ ! -e "$DIR/databases-done" ] || return 0
  for name in keystone placement glance neutron nova_api nova_cell0 nova_cell1; do
    sql "CREATE OR REPLACE DATABASE $name CHARACTER SET utf8mb4"
  done
  for name in neutron nova keystone glance placement; do
    sync_$name >"$LOGS/sync-$name.log" 2>&1 9>&- || { tail -n 15 "$LOGS/sync-$name.log" >&2; exit 1; } &
    pids="$pids $!"
  done
  for p in $pids; do wait "$p" || rc=1; done
  [ $rc = 0 ] || die "database set-up, see $LOGS/sync-*.log"
  touch "$DIR/databases-done"
  say "databases created"
}

seed() {
  CONF=$CONF DIR=$DIR PASSWORD=$PASSWORD KEYSTONE=$KEYSTONE NOVA=$NOVA PLACEMENT=$PLACEMENT GLANCE=$GLANCE NEUTRON=$NEUTRON \
    $PY "$HERE/seed.py" "$1" 9>&-
}
start_all() {
  configure
  start_rabbitmq
  start_mariadb
  wait_port mariadb "$P_DB" 60
  create_databases
  wait_port rabbitmq "$P_MQ" 90
  say "mariadb and rabbitmq up"
  OS_KEYSTONE_CONFIG_FILES=$CONF/keystone/keystone.conf OS_KEYSTONE_CONFIG_DIR=$CONF/keystone \
    wsgi keystone "$P_KEYSTONE" keystone.server.wsgi:initialize_public_application
  OS_PLACEMENT_CONFIG_DIR=$CONF/placement wsgi placement "$P_PLACEMENT" placement.wsgi:init_application
  wait_port keystone "$P_KEYSTONE" 60
  seed catalog 2>"$LOGS/catalog.log" || failed_step "$LOGS/catalog.log" "accounts and catalogue"
  say "keystone up"
  console glance glance.cmd.api:main --config-file "$CONF/glance/glance-api.conf"
  console neutron neutron.cmd.eventlet.server:main --config-file "$CONF/neutron/neutron.conf"
  console nova-conductor nova.cmd.conductor:main --config-file "$CONF/nova/nova.conf"
  console nova-scheduler nova.cmd.scheduler:main --config-file "$CONF/nova/nova.conf"
  console nova-api nova.cmd.api_os_compute:main --config-file "$CONF/nova/nova.conf"
  wait_port placement "$P_PLACEMENT" 60
  console nova-compute nova.cmd.compute:main --config-file "$CONF/nova/nova.conf"
  wait_port glance "$P_GLANCE" 90
  wait_port neutron "$P_NEUTRON" 120
  wait_port nova-api "$P_NOVA" 90
  say "glance, neutron and nova up"
}

stop() { # names: TERM to each process group, KILL to what is left after 15 s
  local n i live
  for n in "$@"; do if alive "$n"; then kill -TERM -- -"$(pid "$n")" 2>/dev/null || true; fi; done
  for ((i = 0; i < 75; i++)); do
    live=""
    for n in "$@"; do if alive "$n"; then live=1; fi; done
    [ -n "$live" ] || break
    sleep 0.2
  done
  for n in "$@"; do
    if alive "$n"; then kill -KILL -- -"$(pid "$n")" 2>/dev/null || true; fi
    rm -f "$DIR/pid/$n"
  done
}
stop_all() {
  stop $SERVICES
  stop $BACKENDS
  stop epmd
}
status() {
  local n
  for n in $SERVICES $BACKENDS epmd; do
    if alive "$n"; then
      echo "$n: up, pid $(pid "$n"), $(ps -o rss= -s "$(pid "$n")" | awk '{s += $1} END {printf "%d", s / 1024}') MiB resident"
    else
      echo "$n: down"
    fi
  done
}
