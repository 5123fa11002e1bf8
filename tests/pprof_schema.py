"""google/pprof's profile.proto as a descriptor, restated: what readers of such files expect."""

from __future__ import annotations

import gzip
from functools import cache
from typing import Any, Final

_FIELDS: Final = {
    "ValueType": "type:1:i unit:2:i",
    "Sample": "location_id:1:u* value:2:i* label:3:Label*",
    "Label": "key:1:i str:2:i num:3:i num_unit:4:i",
    "Mapping": "id:1:u memory_start:2:u memory_limit:3:u file_offset:4:u filename:5:i build_id:6:i",
    "Location": "id:1:u mapping_id:2:u address:3:u line:4:Line* is_folded:5:b",
    "Line": "function_id:1:u line:2:i column:3:i",
    "Function": "id:1:u name:2:i system_name:3:i filename:4:i start_line:5:i",
    "Profile": "sample_type:1:ValueType* sample:2:Sample* mapping:3:Mapping* location:4:Location*"
    " function:5:Function* string_table:6:s* drop_frames:7:i keep_frames:8:i time_nanos:9:i"
    " duration_nanos:10:i period_type:11:ValueType period:12:i comment:13:i*"
    " default_sample_type:14:i",
}


@cache
def _profile_class() -> Any:
    import pytest

    pytest.importorskip("google.protobuf", reason="protobuf reads pprof back")
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    types = descriptor_pb2.FieldDescriptorProto
    plain = {
        "i": types.TYPE_INT64,
        "u": types.TYPE_UINT64,
        "b": types.TYPE_BOOL,
        "s": types.TYPE_STRING,
    }
    file = descriptor_pb2.FileDescriptorProto(
        name="profile.proto", package="perftools.profiles", syntax="proto3"
    )
    for name, fields in _FIELDS.items():
        message = file.message_type.add(name=name)
        for text in fields.split():
            field, number, kind = text.split(":")
            label = types.LABEL_REPEATED if kind.endswith("*") else types.LABEL_OPTIONAL
            added = message.field.add(name=field, number=int(number), label=label)
            kind = kind.rstrip("*")
            added.type = plain.get(kind, types.TYPE_MESSAGE)
            if kind not in plain:
                added.type_name = f".perftools.profiles.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    profile_type = pool.FindMessageTypeByName("perftools.profiles.Profile")
    return message_factory.GetMessageClass(profile_type)


def read_back(content: bytes) -> Any:
    """Return the profile that a file holds; every field in it must be one of the schema."""
    profile = _profile_class()()
    profile.ParseFromString(gzip.decompress(content))
    return profile
