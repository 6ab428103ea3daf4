"""Reads one stream by manifest.yaml and config.json of this folder; prints which ids it got."""

import json
import logging
import sys
from pathlib import Path

import yaml
from airbyte_cdk.models import ConfiguredAirbyteCatalogSerializer, Type
from airbyte_cdk.sources.declarative.concurrent_declarative_source import (
    ConcurrentDeclarativeSource,
)

manifest = yaml.safe_load(Path("manifest.yaml").read_text())
config = json.loads(Path("config.json").read_text())
stream = {
    "stream": {
        "name": sys.argv[1],
        "json_schema": {},
        "supported_sync_modes": ["full_refresh", "incremental"],
    },
    "sync_mode": "incremental",
    "destination_sync_mode": "append_dedup",
}
catalog = ConfiguredAirbyteCatalogSerializer.load({"streams": [stream]})
source = ConcurrentDeclarativeSource(
    source_config=manifest, config=config, catalog=catalog, state=None
)

ids = {
    message.record.data["id"]
    for message in source.read(logging.getLogger("airbyte"), config, catalog, [])
    if message.type == Type.RECORD
}
print(json.dumps(sorted(ids)))
