"""An HTTP proxy that plays the official site itself, so that a test can decide what go.dev answers.

    python3 official.py LIST DIRECTORY LOG PORT-FILE

Answers every CONNECT with the certificate in MIRROR_CERTIFICATE and MIRROR_KEY. Serves the file LIST as
the list of releases, and the files of DIRECTORY below /dl. Writes its port of 127.0.0.1 to PORT-FILE, and
a line for each request to LOG: the host and the path. With OFFICIAL_STALL=1, it stops sending in the middle
of each file.
"""

import http.server
import os
import ssl
import sys
import time
from pathlib import Path

LIST, DIRECTORY, LOG, PORT_FILE = sys.argv[1:5]
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
CONTEXT.load_cert_chain(os.environ["MIRROR_CERTIFICATE"], os.environ["MIRROR_KEY"])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_CONNECT(self):
        self.send_response(200)
        self.end_headers()
        try:
            self.connection = CONTEXT.wrap_socket(self.connection, server_side=True)
        except OSError:
            self.close_connection = True
            return
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.close_connection = False

    def do_GET(self):
        with open(LOG, "a") as log:
            print(self.headers["Host"], self.path, file=log)
        path, _, query = self.path.partition("?")
        file = Path(LIST) if query else Path(DIRECTORY, os.path.basename(path))
        body = file.read_bytes() if file.is_file() else b""
        self.send_response(200 if file.is_file() else 404)
        self.send_header("Content-Type", "text/html" if body.startswith(b"<") else "application/x")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if os.environ.get("OFFICIAL_STALL"):
            self.wfile.write(body[: len(body) // 2])
            time.sleep(600)
        self.wfile.write(body)


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    Path(PORT_FILE + ".new").write_text(str(server.server_port))
    os.rename(PORT_FILE + ".new", PORT_FILE)
    server.serve_forever()
