-- All hosts and what they hold: {now, rows of `host_rows`}
return { now, host_rows() }
