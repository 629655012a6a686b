"""Fills the OpenStack that openstack.sh has started; each part may be run again.

    catalog   accounts and endpoints: demo (member), reader (reader of demo), other (member of another project), admin
    agent     the report of a layer-2 agent on the compute host, without which neutron would bind no port
    cloud     networks net-a and net-b; groups web, db, g1 to g10; servers one-nic and two-nic; a group of the project
              `other`; an application credential of demo. Writes openrc.json (what tests read) and openrc (for a shell).
"""

import json
import os
import subprocess
import sys
import time

from keystoneauth1 import session
from keystoneauth1.identity import v3

DIR, CONF, PASSWORD = os.environ["DIR"], os.environ["CONF"], os.environ["PASSWORD"]
KEYSTONE = os.environ["KEYSTONE"] + "/v3"
NOVA = os.environ["NOVA"] + "/v2.1"
NEUTRON = os.environ["NEUTRON"] + "/v2.0"
GLANCE = os.environ["GLANCE"] + "/v2"
GROUPS = ["web", "db"] + ["g%d" % n for n in range(1, 11)]
SERVERS = {"one-nic": ["net-a"], "two-nic": ["net-a", "net-b"]}


class Account:
    """One user in one project; calls end the program with the answer when it is an error."""

    def __init__(self, user, project):
        self.session = session.Session(auth=v3.Password(
            auth_url=KEYSTONE, username=user, password=PASSWORD, project_name=project,
            user_domain_id="default", project_domain_id="default"))

    def call(self, method, url, body=None):
        answer = self.session.request(url, method, json=body, raise_exc=False)
        if answer.status_code >= 300:
            sys.exit("%s %s -> %s %s" % (method, url, answer.status_code, answer.text[:500]))
        return answer.json() if answer.text else None

    def get(self, url):
        return self.call("GET", url)

    def ensure(self, url, kind, body, find):
        """The `kind` that `find` (a query) names in the collection `url`, made from `body` if there is none."""
        found = self.get("%s?%s" % (url, "&".join("%s=%s" % pair for pair in find.items())))[kind + "s"]
        return found[0] if found else self.call("POST", url, {kind: body})[kind]


admin = Account("admin", "admin")


def catalog():
    roles = {}
    for name in ("admin", "member", "reader", "service"):
        roles[name] = admin.ensure(KEYSTONE + "/roles", "role", {"name": name}, {"name": name})["id"]
    for name, project, granted in (("svc", "service", ("admin", "service")), ("demo", "demo", ("member", "reader")),
                                   ("reader", "demo", ("reader",)), ("other", "other", ("member", "reader"))):
        project_id = admin.ensure(KEYSTONE + "/projects", "project", {"name": project, "domain_id": "default"},
                                  {"name": project})["id"]
        user_id = admin.ensure(KEYSTONE + "/users", "user",
                               {"name": name, "password": PASSWORD, "domain_id": "default"}, {"name": name})["id"]
        for role in granted:
            admin.call("PUT", "%s/projects/%s/users/%s/roles/%s" % (KEYSTONE, project_id, user_id, roles[role]))
    for kind, name, url in (("compute", "nova", NOVA), ("network", "neutron", os.environ["NEUTRON"]),
                            ("image", "glance", os.environ["GLANCE"]), ("placement", "placement", os.environ["PLACEMENT"])):
        service = admin.ensure(KEYSTONE + "/services", "service", {"type": kind, "name": name}, {"type": kind})["id"]
        for interface in ("public", "internal", "admin"):
            admin.ensure(KEYSTONE + "/endpoints", "endpoint",
                         {"service_id": service, "interface": interface, "url": url, "region_id": "RegionOne"},
                         {"service_id": service, "interface": interface})


def agent():
    from neutron.agent import rpc as agent_rpc
    from neutron.conf.agent import common as agent_conf
    from neutron_lib import context, rpc
    from neutron_lib.agent import topics
    from oslo_config import cfg
    cfg.CONF(["--config-file", CONF + "/neutron/neutron.conf"], project="neutron")
    agent_conf.register_agent_state_opts_helper(cfg.CONF)
    rpc.init(cfg.CONF)
    agent_rpc.PluginReportStateAPI(topics.REPORTS).report_state(context.get_admin_context_without_session(), {
        "binary": "neutron-openvswitch-agent", "host": "fake-host", "topic": "N/A", "agent_type": "Open vSwitch agent",
        "start_flag": True, "configurations": {"bridge_mappings": {}, "tunnel_types": [], "datapath_type": "system",
                                               "ovs_hybrid_plug": False}}, use_call=True)
    os._exit(0)  # an orderly exit would wait ten seconds for the message-queue pool


def map_compute_host():
    for _ in range(120):
        services = admin.get(NOVA + "/os-services?binary=nova-compute")["services"]
        if services and services[0]["state"] == "up":
            break
        time.sleep(1)
    else:
        sys.exit("nova-compute never came up")
    done = subprocess.run(["nova-manage", "--config-file", CONF + "/nova/nova.conf", "cell_v2", "discover_hosts"],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def image_and_flavor():
    image = next((i for i in admin.get(GLANCE + "/images")["images"] if i["name"] == "tiny"), None)
    if image is None:
        image = admin.call("POST", GLANCE + "/images", {
            "name": "tiny", "container_format": "bare", "disk_format": "raw", "visibility": "public"})
        admin.session.put(GLANCE + "/images/%s/file" % image["id"], data=b"\0" * 512,
                          headers={"Content-Type": "application/octet-stream"})
    flavor = next((f for f in admin.get(NOVA + "/flavors")["flavors"] if f["name"] == "tiny"), None)
    # disk 0 would be refused (403) for a boot from an image
    flavor = flavor or admin.call("POST", NOVA + "/flavors",
                                  {"flavor": {"name": "tiny", "ram": 64, "vcpus": 1, "disk": 1}})["flavor"]
    return image["id"], flavor["id"]


def network(demo, name, cidr):
    made = demo.ensure(NEUTRON + "/networks", "network", {"name": name}, {"name": name})
    demo.ensure(NEUTRON + "/subnets", "subnet", {"network_id": made["id"], "ip_version": 4, "cidr": cidr,
                                                 "enable_dhcp": False, "gateway_ip": None}, {"network_id": made["id"]})
    return made["id"]


def server(demo, name, networks, image, flavor):
    """Made anew each time: the fake driver keeps its machines in memory, so after a restart of nova-compute an older
    server still takes security groups but can no longer be stopped or paused."""
    for old in demo.get(NOVA + "/servers?name=^%s$" % name)["servers"]:
        demo.call("DELETE", NOVA + "/servers/" + old["id"])
    for _ in range(30):  # after a (re)start the scheduler may know the compute host only by its older reports
        made = demo.call("POST", NOVA + "/servers", {"server": {
            "name": name, "flavorRef": flavor, "imageRef": image, "networks": [{"uuid": n} for n in networks]}})["server"]
        while True:
            seen = demo.get(NOVA + "/servers/" + made["id"])["server"]
            if seen["status"] in ("ACTIVE", "ERROR"):
                break
            time.sleep(0.3)
        if seen["status"] == "ACTIVE":
            return made["id"]
        demo.call("DELETE", NOVA + "/servers/" + made["id"])
        time.sleep(2)
    sys.exit("server %s never became active: %s" % (name, seen.get("fault")))


def application_credential(demo):
    url = "%s/users/%s/application_credentials" % (KEYSTONE, demo.session.get_user_id())
    made = demo.ensure(url, "application_credential", {"name": "attachments", "secret": PASSWORD}, {"name": "attachments"})
    return {"id": made["id"], "name": "attachments", "secret": PASSWORD}


def cloud():
    demo, other = Account("demo", "demo"), Account("other", "other")
    map_compute_host()
    image, flavor = image_and_flavor()
    networks = {"net-a": network(demo, "net-a", "10.20.0.0/24"), "net-b": network(demo, "net-b", "10.21.0.0/24")}
    group = lambda account, name: account.ensure(NEUTRON + "/security-groups", "security_group",
                                                 {"name": name}, {"name": name})["id"]
    out = {
        "auth_url": KEYSTONE, "region": "RegionOne", "username": "demo", "password": PASSWORD,
        "project_name": "demo", "project_id": demo.session.get_project_id(), "user_id": demo.session.get_user_id(),
        "user_domain_id": "default", "project_domain_id": "default",
        "user_domain_name": "Default", "project_domain_name": "Default",
        "compute": NOVA, "network": NEUTRON,
        "servers": {name: server(demo, name, [networks[n] for n in on], image, flavor) for name, on in SERVERS.items()},
        "security_groups": {name: group(demo, name) for name in GROUPS},
        "foreign_security_group": group(other, "foreign"),
        "networks": networks, "image": image, "flavor": flavor,
        "application_credential": application_credential(demo),
        # user -> project; all share the password
        "other_users": {"admin": "admin", "reader": "demo", "other": "other"},
    }
    with open(DIR + "/openrc.json", "w") as file:
        json.dump(out, file, indent=1)
    with open(DIR + "/openrc", "w") as file:
        for key in ("auth_url", "username", "password", "project_name", "project_id", "user_domain_id", "project_domain_id"):
            file.write("export OS_%s=%s\n" % (key.upper(), out[key]))
        file.write("export OS_REGION_NAME=RegionOne OS_IDENTITY_API_VERSION=3\n")


{"catalog": catalog, "agent": agent, "cloud": cloud}[sys.argv[1]]()
