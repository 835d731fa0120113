from __future__ import annotations

import os
import shutil
import subprocess
from typing import Iterable, Union

from ._model import Model

_Path = Union[str, "os.PathLike[str]"]


def train(
    data: Union[_Path, Iterable[_Path]], output: _Path, *, start: str | None = "default",
    options: Iterable[str] = (),
) -> Model:
    """Fits a model to data of your own, or trains one, and returns it.

    This is the work of the program: `fscomp train`, which has to be installed ($FSCOMP, or in
    $PATH). It takes hours where there is much data.

    Args:
        data: files of text.
        output: where the model file goes.
        start: the model to begin with; None: with nothing.
        options: more of the program's options.
    """
    program = os.environ.get("FSCOMP") or shutil.which("fscomp")
    if not program:
        raise FileNotFoundError(
            "training needs the program fscomp: in $PATH, or named by $FSCOMP")
    files = [data] if isinstance(data, (str, os.PathLike)) else [*data]
    begin = ["--from", start] if start is not None else []
    arguments = [*(os.fspath(file) for file in files), *begin, *options, "-o", os.fspath(output)]
    subprocess.run([program, "train", *arguments], check=True)
    return Model.from_file(output)
