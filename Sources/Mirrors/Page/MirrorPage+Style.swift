extension MirrorPage {
    /// The style: for narrow and wide windows, light and dark, and paper.
    static let style = """
        :root {
          --page: #fcfcfa; --ink: #1d2127; --soft: #59616c; --line: #e1e3e6; --track: #eceef0; --link: #1b5e9e;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #15181c; --ink: #e4e7eb; --soft: #9ba4b0; --line: #2d3239; --track: #262b31; --link: #8bbcf0;
          }
        }
        * { box-sizing: border-box; }
        html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
        body {
          margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 3rem) 3rem; max-width: 84rem;
          background: var(--page); color: var(--ink);
          font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
          font-variant-numeric: tabular-nums;
        }
        h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 0.5rem; }
        h2 { font-size: 1.0625rem; margin: 0 0 0.75rem; }
        section { margin: 0 0 2.5rem; }
        header p, footer { color: var(--soft); }
        p { max-width: 60rem; margin: 0 0 0.75rem; }
        a { color: var(--link); }
        code { font: 0.8125rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
        pre { margin: 0 0 0.75rem; padding: 0.6rem 0.9rem; background: var(--track); overflow-x: auto; }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { padding: 0.35rem 1rem 0.35rem 0; text-align: left; vertical-align: baseline; }
        tr { border-bottom: 1px solid var(--line); }
        thead th { color: var(--soft); font-weight: 400; white-space: nowrap; }
        tbody th { font-weight: 600; white-space: nowrap; }
        td:nth-child(3) { white-space: nowrap; }
        @media print { body { padding: 0; } .wide { overflow: visible; } td code { overflow-wrap: anywhere; } }
        """
}
