extension FleetPage {
    /// One column of calm text; colour only where it means something.
    static let style = #"""
        :root {
          --page: #fcfcfa; --ink: #1d2127; --soft: #59616c; --line: #e1e3e6; --track: #eceef0;
          --plain: #64748b; --link: #1b5e9e; --field: #fff;
          --good: #1d6a3b; --good-back: #e4f3e9; --good-fill: #4c9f6b;
          --warn: #7a4c00; --warn-back: #fbefd5; --warn-fill: #d29a35;
          --bad: #9d1f1f; --bad-back: #fbe6e4; --bad-fill: #c8524c;
          --none: #4c535d; --none-back: #eaecef; --none-fill: #98a1ad;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #15181c; --ink: #e4e7eb; --soft: #9ba4b0; --line: #2d3239; --track: #262b31;
            --plain: #8290a3; --link: #8bbcf0; --field: #1c2025;
            --good: #86d3a1; --good-back: #18301f; --good-fill: #4f9b6c;
            --warn: #ecc275; --warn-back: #36290e; --warn-fill: #b9852c;
            --bad: #ff9f96; --bad-back: #3d1b1b; --bad-fill: #c2544d;
            --none: #b4bcc7; --none-back: #282d34; --none-fill: #6b7583;
          }
        }
        * { box-sizing: border-box; }
        html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
        body {
          margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 3rem) 3rem; max-width: 84rem;
          background: var(--page); color: var(--ink);
          font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
          font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
        }
        h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; margin: 0 0 0.5rem; }
        h2 { font-size: 1.0625rem; font-weight: 650; margin: 0 0 0.75rem; }
        section { margin: 0 0 2.75rem; min-width: 0; }
        ul { margin: 0; padding: 0; list-style: none; }
        .facts { display: flex; flex-wrap: wrap; gap: 0.15rem 1.25rem; color: var(--soft); margin-bottom: 2rem; }
        .note, .sub, .share { color: var(--soft); }
        .note { margin: -0.5rem 0 0.75rem; font-size: 0.875rem; }
        .sub { display: block; font-size: 0.8125rem; font-weight: 400; }
        a { color: var(--link); }
        code { font: 0.8125rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }

        .headline { display: grid; grid-template-columns: repeat(4, 1fr); border-block: 1px solid var(--line); }
        .tile { display: grid; padding: 1rem 1rem 0.9rem; color: inherit; text-decoration: none; border-left: 1px solid var(--line); }
        .tile:nth-child(4n+1) { border-left: 0; padding-left: 0; }
        .tile:nth-child(n+5) { border-top: 1px solid var(--line); }
        .tile .number { font-size: 2rem; line-height: 1.15; font-weight: 600; letter-spacing: -0.02em; }
        .tile .label { font-weight: 550; }
        .tile:hover .label { text-decoration: underline; text-underline-offset: 3px; }
        .tile .share { font-size: 0.875rem; }
        .tile.good .number { color: var(--good); }
        .tile.warn .number { color: var(--warn); }
        .tile.bad .number { color: var(--bad); }

        .notices { margin-top: -1.25rem; border-left: 3px solid var(--warn-fill); padding-left: 1rem; }
        .notices p { margin: 0.25rem 0; }
        .notices ul { max-height: 16rem; overflow: auto; color: var(--soft); padding: 0.25rem 0 0.5rem 1.1rem; }
        summary { cursor: pointer; padding: 0.15rem 0; width: fit-content; }

        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); column-gap: 3rem; }
        table { width: 100%; border-collapse: collapse; }
        caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        th, td { text-align: left; vertical-align: top; padding: 0.4rem 1rem 0.4rem 0; border-top: 1px solid var(--line); }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { border-top: 0; color: var(--soft); font-weight: 500; font-size: 0.8125rem; white-space: nowrap; }
        tbody th { font-weight: 550; min-width: 8.5rem; }
        th.number, td.number { text-align: right; }
        td.bar { width: 30%; min-width: 9rem; white-space: nowrap; }
        .wide td.bar { width: 18%; }
        svg.bar { display: inline-block; vertical-align: middle; width: calc(100% - 4.5rem); height: 0.5rem; border-radius: 2px; }
        .track { fill: var(--track); }
        .plain .fill { fill: var(--plain); }
        .good .fill { fill: var(--good-fill); }
        .warn .fill { fill: var(--warn-fill); }
        .bad .fill { fill: var(--bad-fill); }
        .none .fill { fill: var(--none-fill); }
        .count { display: inline-block; width: 4.5rem; padding-left: 0.6rem; text-align: right; }
        dl.bars { margin: 0; }
        dl.bars > div { display: grid; grid-template-columns: minmax(0, 11.5rem) minmax(6rem, 1fr); gap: 0.75rem; align-items: center; padding: 0.25rem 0; }
        dd { margin: 0; white-space: nowrap; }
        .chip { display: inline-block; padding: 0 0.5rem; border-radius: 0.75rem; font-size: 0.8125rem; line-height: 1.4rem; white-space: nowrap; }
        .chip.good { color: var(--good); background: var(--good-back); }
        .chip.warn { color: var(--warn); background: var(--warn-back); }
        .chip.bad { color: var(--bad); background: var(--bad-back); }
        .chip.none { color: var(--none); background: var(--none-back); }

        [hidden] { display: none !important; }
        .controls { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; align-items: end; margin: 0 0 1rem; }
        .controls label { display: grid; gap: 0.15rem; font-size: 0.8125rem; color: var(--soft); }
        .search { flex: 1 1 14rem; }
        input, select, button { font: inherit; color: var(--ink); background: var(--field); border: 1px solid var(--none-fill); border-radius: 5px; padding: 0.3rem 0.6rem; min-height: 2.25rem; }
        select { max-width: 13rem; }
        button { cursor: pointer; }
        button:disabled { color: var(--soft); cursor: default; }
        .found { flex-basis: 100%; margin: 0; color: var(--soft); }
        thead button { all: unset; cursor: pointer; color: var(--soft); padding: 0.1rem 0; }
        thead button:hover { color: var(--ink); text-decoration: underline; text-underline-offset: 3px; }
        thead button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        [aria-sort] button { color: var(--ink); font-weight: 650; }
        [aria-sort=ascending] button::after { content: " ↓"; }
        [aria-sort=descending] button::after { content: " ↑"; }
        .hosts th .sub { font-size: 0.75rem; }
        .hosts tbody th { min-width: 12.5rem; }
        .hosts td:last-child { white-space: nowrap; }
        .hosts td { white-space: normal; }
        tr.more td { border-top: 0; padding: 0 0 0.4rem; color: var(--soft); font-size: 0.875rem; }
        .findings { padding: 0.2rem 0 0.5rem; }
        .findings li { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr) minmax(0, auto); gap: 0 1rem; padding: 0.25rem 0; color: var(--ink); }
        .findings b { font-weight: 550; }
        .findings code { background: var(--track); border-radius: 4px; padding: 0.1rem 0.4rem; align-self: start; user-select: all; }
        .kind.good { color: var(--good); }
        .kind.warn { color: var(--warn); }
        .kind.bad { color: var(--bad); }
        .kind.none { color: var(--soft); }
        .pager { display: flex; gap: 1rem; align-items: center; justify-content: center; margin-top: 1rem; color: var(--soft); }
        footer { border-top: 1px solid var(--line); padding-top: 1rem; color: var(--soft); font-size: 0.8125rem; }

        @media screen and (max-width: 48rem) {
          body { padding-top: 1.5rem; }
          .headline { grid-template-columns: repeat(2, 1fr); }
          .tile:nth-child(n) { border-left: 1px solid var(--line); padding-left: 1rem; }
          .tile:nth-child(odd) { border-left: 0; padding-left: 0; }
          .tile:nth-child(n+3) { border-top: 1px solid var(--line); }
          .columns { grid-template-columns: 1fr; }
          table, tbody, tr, th, td { display: block; }
          thead { display: none; }
          table:not(.hosts) tbody tr { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; }
          table:not(.hosts) tbody th { flex: 1 1 auto; }
          table:not(.hosts) tbody td { order: 3; }
          table:not(.hosts) tbody td[data-label=Support] { order: 1; }
          table:not(.hosts) tbody td.bar { order: 2; flex: 1 0 100%; display: flex; align-items: center; gap: 0.75rem; min-width: 0; }
          table:not(.hosts) td[data-label="In use on"]::before, table:not(.hosts) td[data-label=Vulnerabilities]::before,
          table:not(.hosts) td[data-label="Fixed in"]::before { content: attr(data-label) " "; color: var(--soft); }
          .hosts thead { display: block; }
          .hosts thead tr { display: flex; flex-wrap: wrap; gap: 0 1rem; padding-bottom: 0.5rem; }
          .hosts thead th { border: 0; padding: 0.15rem 0; }
          tbody tr { border-top: 1px solid var(--line); padding: 0.6rem 0; }
          tbody tr th, tbody tr td, tbody tr td.bar, tbody tr td.number { border: 0; padding: 0.1rem 0; width: auto; text-align: left; }
          .hosts tbody td[data-label] { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0 0.75rem; }
          .hosts tbody td[data-label]::before { content: attr(data-label); color: var(--soft); grid-row: span 2; }
          td.bar svg.bar { width: auto; flex: 1; }
          td.bar .count { width: auto; }
          .hosts td > .chip { justify-self: start; }
          tbody td:empty { display: none; }
          tr.more { border-top: 0; padding-top: 0; }
          .findings li { grid-template-columns: 1fr; }
          .findings code { justify-self: start; }
          .controls label, .controls select { flex: 1 1 8rem; max-width: none; }
          select { width: 100%; }
        }
        @media print {
          :root { --page: #fff; --ink: #000; --soft: #444; --line: #ccc; }
          html { font-size: 8.5pt; }
          body { padding: 0; max-width: none; }
          section { margin-bottom: 1.5rem; }
          .controls, .pager { display: none !important; }
          .printed:not(:empty) { margin: 0.5rem 0; font-weight: 650; color: #000; }
          table { overflow-wrap: break-word; }
          th, td { padding: 0.2rem 0.5rem 0.2rem 0; }
          tbody th, .hosts tbody th, td.bar { min-width: 0; }
          .chip { padding: 0; background: none !important; }
          .findings li { grid-template-columns: 6rem minmax(0, 1fr); }
          .findings code { grid-column: 2; }
          section, tbody { break-inside: avoid; }
          #hosts { break-inside: auto; }
          thead { display: table-header-group; }
          .fill, .track, .chip { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }

        """#
}
