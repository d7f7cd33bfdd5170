"""The claims of day-06 as a careful engineer would write them for pytest-testinfra: the peer we are timed against."""

import json
import time

import pytest
import testinfra

NODES = ["controller", "hypervisor"]


@pytest.fixture(scope="session")
def hosts(request):
    config = request.config.getoption("--ssh-config")
    options = "controlpersist=60"
    return {name: testinfra.get_host(f"ssh://{name}?{options}", ssh_config=config, sudo=True) for name in NODES}


def run(host, command):
    result = host.run(command)
    assert result.rc == 0, result.stderr
    return result.stdout.strip()


def link(host, netns):
    return json.loads(run(host, f"ip -n {netns} -j addr show eth0"))[0]


def ports(hosts):
    return run(hosts["controller"], "ovn-nbctl --bare --columns=name,addresses,type list Logical_Switch_Port")


@pytest.mark.parametrize("node,netns,address", [("controller", "ns1", "192.168.10.100"), ("hypervisor", "ns2", "192.168.10.200")])
def test_namespace_has_address(hosts, node, netns, address):
    found = link(hosts[node], netns)
    assert "UP" in found["flags"]
    assert address in [one["local"] for one in found["addr_info"]]


@pytest.mark.parametrize("node,netns", [("controller", "ns1"), ("hypervisor", "ns2")])
def test_port_has_mac(hosts, node, netns):
    assert link(hosts[node], netns)["address"] in ports(hosts)


def test_one_switch(hosts):
    switches = run(hosts["controller"], "ovn-nbctl --bare --columns=name list Logical_Switch").split()
    held = [run(hosts["controller"], f"ovn-nbctl lsp-list {switch}") for switch in switches]
    assert any("ns1" in one and "ns2" in one for one in held)


def test_southbound_ports(hosts):
    bound = run(hosts["controller"], "ovn-sbctl --bare --columns=logical_port list Port_Binding")
    assert "ns1" in bound and "ns2" in bound


def test_localnet_port(hosts):
    assert run(hosts["controller"], "ovn-nbctl --bare --columns=options find Logical_Switch_Port type=localnet")


def test_localnet_unknown(hosts):
    assert "unknown" in run(hosts["controller"], "ovn-nbctl --bare --columns=addresses find Logical_Switch_Port type=localnet")


def test_localnet_southbound(hosts):
    assert run(hosts["controller"], "ovn-sbctl --bare --columns=options find Port_Binding type=localnet")


@pytest.mark.parametrize("node,netns", [("controller", "ns1"), ("hypervisor", "ns2")])
def test_interface_bound(hosts, node, netns):
    assert run(hosts[node], f"ovs-vsctl --bare --columns=external_ids find Interface name=veth-{netns}-br")
    assert run(hosts["controller"], f"ovn-sbctl --bare --columns=chassis find Port_Binding logical_port=ls0-{netns}")


@pytest.mark.parametrize("node", NODES)
def test_bridge_and_mapping(hosts, node):
    assert run(hosts[node], "ovs-vsctl port-to-br eth2") == "br-eth2"
    assert "br-eth2" in run(hosts[node], "ovs-vsctl get Open_vSwitch . external_ids:ovn-bridge-mappings")


@pytest.mark.parametrize("node", NODES)
def test_patch_ports(hosts, node):
    assert len(run(hosts[node], "ovs-vsctl --bare --columns=name find Interface type=patch").split()) == 2


@pytest.mark.parametrize(
    "node,netns,address",
    [
        ("hypervisor", "ns2", "192.168.10.100"),
        ("controller", "ns1", "192.168.10.200"),
        ("controller", "ns1", "192.168.10.1"),
        ("hypervisor", "ns2", "192.168.10.1"),
    ],
)
def test_ping(hosts, node, netns, address):
    run(hosts[node], f"ip netns exec {netns} ping -c 1 -W 1 {address}")


@pytest.mark.parametrize("node", NODES)
def test_plain_on_eth2_and_no_geneve_on_eth1(hosts, node):
    host = hosts[node]
    run(host, "sh -c 'timeout 2 tcpdump -n -i eth2 icmp >/tmp/eth2.out 2>/dev/null & timeout 2 tcpdump -n -i eth1 udp port 6081 >/tmp/eth1.out 2>/dev/null &'")
    time.sleep(0.5)
    run(hosts["hypervisor"], "ip netns exec ns2 ping -c 1 -W 1 192.168.10.100")
    time.sleep(1.7)
    assert "ICMP echo request" in run(host, "cat /tmp/eth2.out")
    assert run(host, "cat /tmp/eth1.out") == ""
