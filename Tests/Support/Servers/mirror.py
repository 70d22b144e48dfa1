"""A mirror that misbehaves in the way that the first component of a path names.

    python3 mirror.py DIRECTORY LOG PORT-FILE

Serves DIRECTORY on a port of 127.0.0.1, which it writes to PORT-FILE. Writes a line for each request to LOG:
the path, the Range header, the number of bytes of the body sent, the number of concurrent requests, and the
scheme of the Authorization header.
"""

import base64
import gzip
import http.server
import os
import socket
import ssl
import sys
import time
from pathlib import Path

DIRECTORY, LOG, PORT_FILE = sys.argv[1:4]
COUNTS = {}
ACTIVE = [0]
BASIC = "Basic " + base64.b64encode(b"me:s3cret").decode()
# What modes require. Others ignore credentials, except storage, which refuses them.
AUTHORIZATION = {"basic": BASIC, "bearer": "Bearer s3cret", "artifactory": BASIC}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.sent = 0
        ACTIVE[0] += 1
        most = ACTIVE[0]
        try:
            self.answer()
        except OSError:
            self.close_connection = True
        finally:
            most = max(most, ACTIVE[0])
            ACTIVE[0] -= 1
            with open(LOG, "a") as log:
                scheme = self.headers.get("Authorization", "-").split()[0]
                print(self.path, self.headers.get("Range", "-"), self.sent, most, scheme, file=log)

    def send(self, data):
        self.wfile.write(data)
        self.sent += len(data)

    def head(self, status, length=None, **headers):
        self.send_response(status)
        if length is not None:
            headers["Content-Length"] = length
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def answer(self):
        mode, _, name = self.path.split("?")[0].strip("/").partition("/")
        number = COUNTS[self.path] = COUNTS.get(self.path, 0) + 1
        file = Path(DIRECTORY, os.path.basename(name))
        required = AUTHORIZATION.get(mode)
        if required and self.headers.get("Authorization") != required:
            return self.head(401, 0, WWW_Authenticate='Basic realm="x"')
        if mode in ("artifactory", "nexus") and file.exists():
            # The same server under another name is another origin. Storage is asked by signed URLs.
            port = self.headers["Host"].split(":")[1]
            target = f"http://localhost:{port}/storage/{file.name}?sig=s3cret"
            return self.head(302, 0, Location=target)
        if mode == "storage" and ("Authorization" in self.headers or "sig=s3cret" not in self.path):
            return self.head(400, 0)
        if mode == "s3" and not file.exists():
            return self.denied()
        if mode == "html":
            return self.page("text/html; charset=utf-8")
        if mode == "portal":
            return self.page("application/gzip")
        if mode == "loop":
            return self.head(302, 0, Location=f"/loop/{'b' if number % 2 else 'a'}/{file.name}")
        if mode == "circle":
            return self.head(302, 0, Location=self.path)
        if mode == "file":
            return self.head(302, 0, Location="file:///etc/passwd")
        if mode == "redirect":
            return self.head(307, 0, Location=f"../plain/{file.name}?token=secret")
        if mode == "busy" and number == 1:
            return self.head(429, 0, Retry_After=1)
        if mode == "failing" and number <= 2:
            return self.head(500, 0)
        if mode == "down":
            return self.head(503, 0)
        if mode == "forbidden" or (mode == "token" and "sig=s3cret" not in self.path):
            return self.head(403, 0)
        if mode == "mute":
            return time.sleep(60)
        if mode == "password":
            return self.head(401, 0, WWW_Authenticate='Basic realm="x"')
        if mode == "downgrade":
            return self.head(302, 0, Location=f"http://{self.headers['Host']}/plain/x?sig=s3cret")
        if mode.startswith("status-"):
            self.close_connection = True
            return self.wfile.write(f"HTTP/1.1 {mode[7:]} x\r\n\r\n".encode())
        if not file.exists():
            return self.head(403 if mode == "store" else 404, 0)
        data = file.read_bytes()
        if mode in ("page-type", "encoded", "labeled"):
            kind = "text/html" if mode == "page-type" else "application/gzip"
            encoding = {} if mode == "page-type" else {"Content-Encoding": "gzip"}
            data = gzip.compress(data) if mode == "encoded" else data
            self.head(200, len(data), Content_Type=kind, **encoding)
            return self.send(data)
        if mode == "corrupt" or (mode == "corrupt-once" and number == 1):
            data = data[:-1] + bytes([data[-1] ^ 1])
        tag = f'"{number}"' if mode == "changing" else '"tag"'
        start, status = 0, 200
        asked = self.headers.get("Range", "")
        if asked and mode != "no-range" and self.headers.get("If-Range") in (tag, None):
            start, status = int(asked.removeprefix("bytes=").rstrip("-")), 206
        headers = {} if mode == "no-validator" else {"ETag": tag}
        if status == 206:
            first = 0 if mode == "wrong-range" else start
            headers["Content-Range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
        body = data[start:]
        if mode == "endless":
            self.head(200, Connection="close")
            self.close_connection = True
            self.send(data)
            while True:
                self.send(data)
        self.head(status, len(body) + (10 if mode == "wrong-length" else 0), **headers)
        cuts = {"cut", "no-range", "no-validator", "changing", "wrong-range"}
        if mode == "cut-always":
            self.close_connection = True
            if start == 0:
                self.send(body[:100])
        elif mode in cuts and number == 1:
            self.close_connection = True
            self.send(body[: len(body) // 2])
        elif mode == "silent":
            self.send(body[:100])
            time.sleep(60)
        elif mode == "steady":
            for offset in range(0, len(body), 4096):
                self.send(body[offset : offset + 4096])
                time.sleep(0.5)
        elif mode == "trickle":
            for byte in body:
                self.send(bytes([byte]))
                time.sleep(0.05)
        elif mode == "slow":
            # Slightly more than a second, regardless of the size.
            step = len(body) // 40 + 1
            for offset in range(0, len(body), step):
                self.send(body[offset : offset + step])
                time.sleep(0.03)
        elif mode == "throttled":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
            for offset in range(0, len(body), 1 << 17):
                self.send(body[offset : offset + (1 << 17)])
                time.sleep(0.005)
        else:
            self.send(body)
            if mode == "wrong-length":
                self.close_connection = True

    def denied(self):
        body = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"
        self.head(403, len(body), Content_Type="application/xml")
        self.send(body)

    def page(self, content_type):
        body = b"<html><body>Please log in to the guest network</body></html>"
        self.head(200, len(body), Content_Type=content_type)
        self.send(body)


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    if "MIRROR_CERTIFICATE" in os.environ:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.environ["MIRROR_CERTIFICATE"], os.environ["MIRROR_KEY"])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Path(PORT_FILE + ".new").write_text(str(server.server_port))
    os.rename(PORT_FILE + ".new", PORT_FILE)
    server.serve_forever()
