"""A resumable server that others run, beside the site: tuspyserver, in a FastAPI application under uvicorn.

`python -m tests.bench.tuspy PORT FOLDER`. Under /uploads as its README sets it up: bytes go to a file in the server's
loop, and no fsync follows them. Under /durable/uploads with its `LocalFileStorage`: bytes are written outside the loop,
and fsynced before the offset is told.
"""

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from tuspyserver import create_tus_router
from tuspyserver.storage.local import LocalFileStorage

if __name__ == "__main__":
    basic, durable = (str(Path(sys.argv[2], name)) for name in ("basic", "durable"))
    app = FastAPI()
    app.include_router(create_tus_router(prefix="uploads", files_dir=basic))
    app.include_router(create_tus_router(prefix="durable/uploads", storage=LocalFileStorage(durable)))
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_config=None)
