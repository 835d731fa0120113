"""The codecs of numcodecs and zarr, found by being installed."""

import pytest

numpy = pytest.importorskip("numpy")


def test_numcodecs():
    numcodecs = pytest.importorskip("numcodecs")
    codec = numcodecs.get_codec({"id": "fscomp", "level": 2})
    data = numpy.arange(4000, dtype="<i4").reshape(40, 100)
    packed = codec.encode(data)
    assert len(packed) < data.nbytes / 3
    assert numpy.frombuffer(codec.decode(packed), "<i4").tolist() == data.ravel().tolist()
    out = numpy.empty_like(data)
    codec.decode(packed, out)
    assert (out == data).all()
    assert codec.get_config() == {"id": "fscomp", "level": 2}
    assert numcodecs.get_codec(codec.get_config()) == codec
    with pytest.raises(ValueError):
        numcodecs.get_codec({"id": "fscomp", "level": 20})


def test_zarr(tmp_path):
    zarr = pytest.importorskip("zarr", minversion="3")
    from fscomp.zarr import FscompCodec

    data = numpy.arange(10000, dtype="i4").reshape(100, 100) // 7
    made = zarr.create_array(
        tmp_path / "a.zarr", shape=data.shape, chunks=(50, 30), dtype=data.dtype,
        compressors=[FscompCodec(level=1)])
    made[:] = data
    opened = zarr.open_array(tmp_path / "a.zarr", mode="r")
    assert opened.compressors[0] == FscompCodec(level=1)
    assert (opened[:] == data).all()
    assert (opened[13:60, 20:50] == data[13:60, 20:50]).all()


def test_zarr_finds_the_codec_by_its_name(tmp_path):
    zarr = pytest.importorskip("zarr", minversion="3")
    made = zarr.create_array(
        tmp_path / "b.zarr", shape=(100,), chunks=(50,), dtype="u1",
        compressors=[{"name": "fscomp", "configuration": {"level": 2}}])
    made[:] = 7
    assert (zarr.open_array(tmp_path / "b.zarr", mode="r")[:] == 7).all()
