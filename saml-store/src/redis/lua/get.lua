-- Reads an entry. KEYS: entry. Without `no-writes`, so that a replica refuses it: what it has may be old.
local stored = redis.call('GET', KEYS[1])
if not stored then return false end
local ends, _, head = read(stored)
if not ends then return redis.error_reply('CORRUPT entry') end
if before(ARGV[1], ends) then return string.sub(stored, head + 1) end
return false
