#!/usr/bin/env python3
"""Writes the seed inputs of the fuzz targets to tests/fuzz/corpus. Needs Python alone; the same bytes every time."""
import gzip
import json
import pathlib
import struct
import zlib

CORPUS = pathlib.Path(__file__).parent / "corpus"


def write(target, name, content):
    path = CORPUS / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def idx(shape, values=None):
    count = 1
    for size in shape:
        count *= size
    values = bytes(i % 256 for i in range(count)) if values is None else values
    return struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape) + values


write("idx", "labels", idx([10]))
write("idx", "images", idx([2, 3, 4]))
write("idx", "scalar", idx([]))
write("idx", "empty", idx([0, 28, 28]))
write("idx", "short", idx([9], b"12345678"))
write("idx", "images.gz", gzip.compress(idx([2, 3, 4]), mtime=0))
write("idx", "two_members.gz", gzip.compress(idx([4]), mtime=0) + gzip.compress(b"", mtime=0))
write("idx", "bomb.gz", gzip.compress(bytes(100_000), mtime=0))


def header(tensors, metadata=None):
    entries = {"__metadata__": metadata} if metadata is not None else {}
    offset = 0
    for name, (dtype, shape, size) in tensors.items():
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    return json.dumps(entries, separators=(",", ":")).encode()


def framed(text, data=b""):
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


floats = struct.pack("<6f", 0.5, -1, 2, 0.25, 1e-3, -0.0)
linear = {"0.bias": ("F32", [2], 8), "0.weight": ("F32", [2, 2], 16)}
model = {"format": "tinytorch", "format_version": "1", "architecture": "Sequential(Linear(2, 2))",
         "normalization.mean": "0.1307", "normalization.standard_deviation": "0.3081", "note.data": "digits"}
config = {"architecture": "2-2", "data": "digits", "seed": "1", "batch_size": "64", "drop_last": "false",
          "optimizer": "sgd", "optimizer.lr": "0.1", "optimizer.momentum": "0", "optimizer.weight_decay": "0",
          "optimizer.nesterov": "false", "epochs": "5", "label_smoothing": "0", "max_grad_norm": "0",
          "schedule": "constant", "schedule.total": "0", "schedule.warmup": "0", "schedule.every": "0",
          "schedule.gamma": "0.1", "schedule.floor": "0", "patience": "0", "restore_best": "false"}
checkpoint = model | {"checkpoint.version": "1"} | {"config." + k: v for k, v in config.items()}
every_type = {t: (t, [1], s) for s, types in {1: "BOOL U8 I8 F8_E5M2 F8_E4M3 F8_E8M0", 2: "I16 U16 F16 BF16",
                                              4: "I32 U32 F32", 8: "F64 I64 U64 C64"}.items() for t in types.split()}
write("safetensors", "empty", framed(b"{}"))
write("safetensors", "model", framed(header(linear, model), floats))
write("safetensors", "types", framed(header(every_type), bytes(sum(s for _, _, s in every_type.values()))))
# Without a length in front: the target adds it, and data follows a zero byte.
write("safetensors", "header_model", header(linear, model) + b"\0" + floats)
write("safetensors", "header_checkpoint", header(linear | {"optimizer.velocity.0": ("F32", [0], 0)}, checkpoint)
      + b"\0" + floats)
write("safetensors", "header_odd", header({"ä\n": ("U8", [], 1), "e": ("F64", [3, 0], 0), "": ("I16", [1, 1], 2)},
                                          {"": "", "k": "\x01✓"}) + b"\0abc")


def png(width, height, colour, rows, depth=8, interlace=0, extra=b""):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    data = b"".join(b"\0" + row for row in rows)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))
            + extra + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


write("image", "grey.png", png(3, 2, 0, [bytes([0, 128, 255]), bytes([9, 9, 9])]))
write("image", "bits.png", png(9, 1, 0, [bytes([0xa5, 0x80])], depth=1))
write("image", "wide.png", png(1, 1, 0, [bytes([1, 2])], depth=16))
write("image", "rgb.png", png(1, 2, 2, [bytes([1, 2, 3]), bytes([4, 5, 6])]))
write("image", "rgba.png", png(1, 1, 6, [bytes([1, 2, 3, 100])]))
write("image", "palette.png", png(2, 1, 3, [bytes([0, 1])], extra=png_chunk(b"PLTE", bytes(range(6)))
                                  + png_chunk(b"tRNS", b"\x40") + png_chunk(b"gAMA", struct.pack(">I", 45455))))
write("image", "interlaced.png", png(1, 1, 0, [bytes([7])], interlace=1))
write("image", "square.png", png(28, 28, 0, [bytes(range(28))] * 28))
write("image", "text.pgm", "P2\n# comment\n3 2\n255\n0 1 2\n253 254 255\n")
write("image", "bytes.pgm", b"P5 3 2 255\n\0\1\2\3\4\5")
write("image", "wide.pgm", b"P5 2 1 65535\n\0\1\xff\xff")
write("image", "stroke.pgm", "P2 6 6 9 " + "9 9 9 9 9 9  9 9 1 9 9 9  9 9 1 9 9 9  9 9 1 0 9 9  9 9 9 0 9 9  9 9 9 9 9 9")

write("architecture", "sizes", "784-128-10")
write("architecture", "small", "2-3-4-5")
write("architecture", "layers", "Sequential(Linear(4, 3), ReLU(), Linear(3, 2, bias=false), Softmax())")
write("architecture", "nested", "Sequential(Flatten(), Sequential(Linear(2, 2), Sequential(GELU(), Dropout(0.25))))")
write("architecture", "all", " Sequential ( Sigmoid(),Tanh(),Dropout(1e-3),Linear(1,1,bias=true) ) ")
write("architecture", "one", "Linear(1, 2)")
write("architecture", "large", "Linear(65536, 65536)")
