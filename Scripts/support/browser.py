"""Chromium through WebDriver: the little of it that pages are tested and photographed with."""

import base64
import json
import shutil
import subprocess
import tempfile
import urllib.request


class Missing(Exception):
    """Chromium or its driver is not installed."""


class Browser:
    """One headless Chromium, with a profile of its own that is deleted with it."""

    def __init__(self) -> None:
        driver, chromium = shutil.which("chromedriver"), shutil.which("chromium")
        if not driver or not chromium:
            raise Missing("chromium and chromium-driver are not installed")
        self.profile = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        for line in self.process.stdout:
            if "started successfully on port" in line:
                self.url = f"http://127.0.0.1:{line.rstrip().rstrip('.').split()[-1]}"
                break
        arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={self.profile.name}",
        ]
        answer = self.call(
            "POST",
            "/session",
            {
                "capabilities": {
                    "alwaysMatch": {
                        "timeouts": {"script": 300_000},
                        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                        "goog:chromeOptions": {"binary": chromium, "args": arguments},
                    }
                }
            },
        )
        self.url += f"/session/{answer['sessionId']}"

    def call(self, method: str, path: str, body: object = None) -> object:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data, method=method, headers={"Content-Type": "application/json"}
        )
        # No proxy: it is this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=330) as answer:
            return json.load(answer)["value"]

    def run(self, script: str, *arguments: object, wait: bool = False) -> object:
        return self.call(
            "POST", "/execute/async" if wait else "/execute/sync", {"script": script, "args": list(arguments)}
        )

    def devtools(self, command: str, **parameters: object) -> object:
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def log(self, kind: str) -> list:
        return self.call("POST", "/se/log", {"type": kind})

    def open(self, address: str) -> None:
        self.call("POST", "/url", {"url": address})

    def resize(self, width: int, height: int) -> None:
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def prefer(self, scheme: str) -> None:
        """Makes the reader one who prefers `light` or `dark`."""
        self.devtools(
            "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
        )

    def picture(self, whole_page: bool = False) -> bytes:
        """What the window shows, or all of the page, as PNG."""
        answer = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=whole_page)
        return base64.b64decode(answer["data"])

    def close(self) -> None:
        try:
            self.call("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait()
            self.profile.cleanup()
