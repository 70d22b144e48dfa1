"""The files of the controller: hosts, ssh and Ansible configuration, and the manifest."""


def write(fleet) -> dict:
    """Writes the controller's files; returns the variables for all playbooks."""
    known = "".join(
        f"{host.address} {(host.directory / 'host_key.pub').read_text()}" for host in fleet.hosts.values()
    )
    (fleet.work / "known_hosts").write_text(known)
    entries = "".join(f"Host {host.name}\n  HostName {host.address}\n" for host in fleet.hosts.values())
    fleet.ssh_config.write_text(
        f"{entries}Host *\n  User root\n  IdentityFile {fleet.work}/key\n"
        f"  UserKnownHostsFile {fleet.work}/known_hosts\n  ConnectTimeout 3\n"
        "  ServerAliveInterval 1\n  ServerAliveCountMax 3\n"
    )
    (fleet.work / "inventory").write_text(
        "".join(f"{name} gotoolprov_ring={'canary' if name == 'h1' else 'rest'}\n" for name in fleet.hosts)
    )
    (fleet.work / "ansible.cfg").write_text(
        f"[defaults]\ninventory = {fleet.work}/inventory\ncollections_path = {fleet.work}/collections\n"
        f"forks = 20\nremote_tmp = /tmp/.ansible\nlocal_tmp = {fleet.work}/tmp\nnocows = True\n"
        f"interpreter_python = auto_silent\nretry_files_enabled = False\n"
        f"[ssh_connection]\nssh_args = -F {fleet.ssh_config} -o ControlMaster=auto"
        f" -o ControlPersist=60s\ncontrol_path_dir = {fleet.work}/cp\n"
    )
    manifest = {
        "go": {"versions": [f"go{fleet.first}"]},
        "official": False,
        "mirrors": ["/srv/mirror"],
        "catalogs": ["/etc/gotoolprov/catalog.json"],
        "sdkRoot": "/usr/local/sdk",
        "gobin": "/usr/local/bin",
    }
    # Paths relative to the inventory, as in docs/guides/ansible.md.
    (fleet.work / "dist").mkdir()
    (fleet.work / "dist/gotoolprov-amd64").symlink_to(fleet.options.gotoolprov.absolute())
    (fleet.work / "catalog.json").symlink_to((fleet.options.mirror / "catalog.json").absolute())
    return {
        "gotoolprov_source": "dist/gotoolprov-amd64",
        "gotoolprov_files": [{"src": "catalog.json", "dest": "/etc/gotoolprov/catalog.json"}],
        "gotoolprov_manifest": manifest,
        "gotoolprov_heal_offline": True,
        "gotoolprov_reports": str(fleet.work / "reports"),
        "gotoolprov_fleet": str(fleet.options.fleet.absolute()),
        # A build on every host is slow; once in the scene `gate` is enough.
        "gotoolprov_gate_probe": "off",
    }
