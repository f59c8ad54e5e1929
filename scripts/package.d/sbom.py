"""Bills of materials in CycloneDX, by its own library: every crate that is in a module or a program, or builds it."""

import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import uuid
from collections.abc import Mapping

import crates
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.bom_ref import BomRef
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Of the serial numbers, which are the same for the same contents.
SERIALS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:kyc-gate:sbom")
KINDS = {"kyc-gate-cli": ComponentType.APPLICATION}


def bill(package: str, target: str, built: Mapping[str, bytes], time: int) -> str:
    """The JSON for a package as built for a target; `built` are the files that it became."""
    graph, licences, checksums = crates.graph(package, target), _licences(), _checksums()
    components = {key: _component(crate, licences[key], checksums.get(key)) for key, crate in graph.items()}
    root, *others = components.values()
    root.type = KINDS.get(package, ComponentType.LIBRARY)
    root.properties = [
        Property(name=f"kyc-gate:sha256:{name}", value=hashlib.sha256(data).hexdigest()) for name, data in built.items()
    ]
    root.properties.add(Property(name="kyc-gate:target", value=target))
    bom = Bom(components=others)
    bom.metadata.component = root
    bom.metadata.timestamp = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
    for key, crate in graph.items():
        bom.register_dependency(components[key], [components[other] for other in sorted(crate.dependencies)])
    bom.serial_number = uuid.uuid5(SERIALS, f"{package} {target} {sorted(map(repr, root.properties))}")
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def problem(text: str) -> str | None:
    """What CycloneDX's own schema says against it."""
    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return str(found) if found else None


def _component(crate: crates.Crate, licence: str, checksum: str | None) -> Component:
    purl = PackageURL("cargo", name=crate.name, version=crate.version)
    component = Component(
        name=crate.name,
        version=crate.version,
        bom_ref=BomRef(str(purl)),
        licenses=[LicenseFactory().make_from_string(licence)],
        # Of a package of ours that isn't published, the address would be another's.
        purl=None if crate.is_local else purl,
        scope=ComponentScope.EXCLUDED if crate.is_for_building else ComponentScope.REQUIRED,
    )
    if checksum:
        component.hashes = [HashType(alg=HashAlgorithm.SHA_256, content=checksum)]
    return component


def _licences() -> dict[tuple[str, str], str]:
    """By name and version, as SPDX writes them; older crates have a slash for an `OR`."""
    told = subprocess.run(
        ["cargo", "metadata", "--locked", "--format-version", "1"], cwd=ROOT, check=True, stdout=subprocess.PIPE
    ).stdout
    found = json.loads(told)["packages"]
    return {(one["name"], one["version"]): re.sub(r" ?/ ?", " OR ", one["license"] or "") for one in found}


def _checksums() -> dict[tuple[str, str], str]:
    """Of the crates as published, from Cargo.lock."""
    entry = r'name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(\w+)"'
    return {(name, version): sha256 for name, version, sha256 in re.findall(entry, (ROOT / "Cargo.lock").read_text())}
