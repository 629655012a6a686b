# Sourced by openstack.sh: ports, password and the services' configuration files, all from the folder and the base port.

IP=127.0.0.1
ports() { # base port
  P_KEYSTONE=$1 P_NOVA=$(($1 + 1)) P_PLACEMENT=$(($1 + 2)) P_GLANCE=$(($1 + 3)) P_NEUTRON=$(($1 + 4))
  P_DB=$(($1 + 5)) P_MQ=$(($1 + 6)) P_EPMD=$(($1 + 7)) P_ERL=$(($1 + 8))
  PORTS="$P_KEYSTONE $P_NOVA $P_PLACEMENT $P_GLANCE $P_NEUTRON $P_DB $P_MQ $P_EPMD $P_ERL"
  KEYSTONE=http://$IP:$P_KEYSTONE NOVA=http://$IP:$P_NOVA PLACEMENT=http://$IP:$P_PLACEMENT
  GLANCE=http://$IP:$P_GLANCE NEUTRON=http://$IP:$P_NEUTRON
}
database() { echo "mysql+pymysql://openstack:$PASSWORD@$IP:$P_DB/$1?charset=utf8mb4"; }
queue() { echo "rabbit://openstack:$PASSWORD@$IP:$P_MQ//"; }

authtoken() {
  cat <<E
auth_type = password
auth_url = $KEYSTONE/v3
username = svc
password = $PASSWORD
project_name = service
user_domain_id = default
project_domain_id = default
region_name = RegionOne
E
}
keystone_middleware() {
  cat <<E
[keystone_authtoken]
www_authenticate_uri = $KEYSTONE/v3
service_token_roles = service
service_token_roles_required = false
$(authtoken)
E
}

configure() {
  umask 077
  mkdir -p "$CONF"/{keystone,placement,nova,neutron,glance} "$DIR"/{lock,glance,nova,rabbit,fernet,credential}
  # one password for every account of this folder, unknown to other users of the machine
  [ -s "$DIR/password" ] || od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$DIR/password"
  PASSWORD=$(cat "$DIR/password")

  cat >"$CONF/keystone/keystone.conf" <<E
[DEFAULT]
log_file = $LOGS/keystone.log
max_token_size = 512
[database]
connection = $(database keystone)
[token]
provider = fernet
[fernet_tokens]
key_repository = $DIR/fernet
[credential]
key_repository = $DIR/credential
[cache]
enabled = true
backend = oslo_cache.dict
E
  cat >"$CONF/placement/placement.conf" <<E
[DEFAULT]
log_file = $LOGS/placement.log
[placement_database]
connection = $(database placement)
[api]
auth_strategy = keystone
$(keystone_middleware)
E
  cat >"$CONF/glance/glance-api.conf" <<E
[DEFAULT]
bind_host = $IP
bind_port = $P_GLANCE
workers = 0
graceful_shutdown_timeout = 1
log_file = $LOGS/glance.log
enabled_backends = disk:file
[database]
connection = $(database glance)
[glance_store]
default_backend = disk
[disk]
filesystem_store_datadir = $DIR/glance
[paste_deploy]
flavor = keystone
config_file = /etc/glance/glance-api-paste.ini
[oslo_concurrency]
lock_path = $DIR/lock
$(keystone_middleware)
E
  local paste=/etc/neutron/api-paste.ini
  [ -e $paste ] || paste=$($PY -c 'import neutron.tests as t, os; print(os.path.dirname(t.__file__))')/etc/api-paste.ini
  # agent_down_time: one report of the layer-2 agent must do; a larger value overflows neutron's timers
  cat >"$CONF/neutron/neutron.conf" <<E
[DEFAULT]
bind_host = $IP
bind_port = $P_NEUTRON
core_plugin = ml2
service_plugins =
api_workers = 1
rpc_workers = 0
rpc_state_report_workers = 0
auth_strategy = keystone
api_paste_config = $paste
state_path = $DIR
log_file = $LOGS/neutron.log
transport_url = $(queue)
control_exchange = neutron
graceful_shutdown_timeout = 1
agent_down_time = 1000000
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
dhcp_agent_notification = false
[database]
connection = $(database neutron)
[oslo_concurrency]
lock_path = $DIR/lock
[quotas]
quota_security_group = 200
quota_security_group_rule = 1000
[ml2]
type_drivers = local
tenant_network_types = local
mechanism_drivers = openvswitch
extension_drivers = port_security
[securitygroup]
enable_security_group = true
firewall_driver = openvswitch
$(keystone_middleware)
[nova]
$(authtoken)
E
  nova_conf nova_cell1 >"$CONF/nova/nova.conf"
  nova_conf nova_cell0 >"$CONF/nova/cell0.conf"
}
nova_conf() { # name of the cell's database
  cat <<E
[DEFAULT]
my_ip = $IP
host = fake-host
enabled_apis = osapi_compute
osapi_compute_listen = $IP
osapi_compute_listen_port = $P_NOVA
osapi_compute_workers = 1
state_path = $DIR/nova
transport_url = $(queue)
compute_driver = fake.FakeDriver
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
max_concurrent_builds = 4
graceful_shutdown_timeout = 1
[wsgi]
api_paste_config = /etc/nova/api-paste.ini
[api]
auth_strategy = keystone
[api_database]
connection = $(database nova_api)
[database]
connection = $(database "$1")
[conductor]
workers = 1
[scheduler]
workers = 1
[oslo_concurrency]
lock_path = $DIR/lock
[cinder]
catalog_info = volumev3::publicURL
[vnc]
enabled = false
[glance]
$(authtoken)
endpoint_override = $GLANCE
[placement]
$(authtoken)
[neutron]
$(authtoken)
endpoint_override = $NEUTRON
[service_user]
send_service_user_token = false
$(keystone_middleware)
E
}
