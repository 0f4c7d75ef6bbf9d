-- Removes an entry. KEYS: entry, order, held. Answers its value in mode 'take', nothing in mode 'remove'.
local mode, key, now = ARGV[1], ARGV[2], ARGV[3]
local stored = redis.call('GET', KEYS[1])
if not stored then return false end
local ends, owner, head = read(stored)
if not ends then return redis.error_reply('CORRUPT entry') end
remove(KEYS[1], KEYS[2], KEYS[3], ends, #key + #stored - head, owner, key)
if mode == 'take' and before(now, ends) then return string.sub(stored, head + 1) end
return false
