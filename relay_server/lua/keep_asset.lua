-- A new asset. ARGV: id, user, sha256, blake3, size, its record as JSON without its times, ms after
-- which it ends or 0, the job that made it or ''. Answers its record.
return keep_asset(ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7]), ARGV[8])
