-- A user deletes an asset. ARGV: id
return drop_asset(ARGV[1])
