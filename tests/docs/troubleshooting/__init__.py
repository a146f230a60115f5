"""Each entry of ``docs/operate/troubleshooting.md``: the symptom is made on a real board or server, then mended."""
