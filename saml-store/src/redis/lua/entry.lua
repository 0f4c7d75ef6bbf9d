-- The form of what is kept, and how it leaves. Part of every script.
--
-- An entry is a string: when it expires (20 digits), how long its party's name is (3 digits), that name, the value. An
-- instant is as many milliseconds after the earliest one that there is, so that instants are ordered as their digits are.
-- For each entry the set `order` has a member: when it expires, how many octets it counts for (7 digits), how long its
-- party's name is, that name, its key. Its score is the instant in milliseconds, which is exact up to 2^53; the digits
-- decide. The hash `held` counts: entries in `e`, octets in `o`, those of a party in fields with its name behind that
-- letter, and insertions in `n`. Redis keeps `order` and `held` until the instant in `until`.
--
-- Redis frees an entry by its own clock some time after it has expired, and then leaves its member: who sweeps does not
-- expect an entry for each member.

-- Numbers of Lua are exact up to 2^53 only, and it compares strings by the locale: so the halves are compared.
local function before(a, b)
  local x, y = tonumber(string.sub(a, 1, 10)), tonumber(string.sub(b, 1, 10))
  if x ~= y then return x < y end
  return tonumber(string.sub(a, 11, 20)) < tonumber(string.sub(b, 11, 20))
end

-- When an entry expires, its party, and the length of its head; nothing if it is of another form.
local function read(stored)
  local head = string.match(stored, '^%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d')
  if not head then return nil end
  local length = 23 + tonumber(string.sub(head, 21, 23))
  if #stored < length then return nil end
  return string.sub(head, 1, 20), string.sub(stored, 24, length), length
end

local function member(expires, octets, party, key)
  return expires .. string.format('%07d%03d', octets, #party) .. party .. key
end

-- So many entries and octets less are held by a party, or by all (''). What holds nothing is not there.
local function release(held, party, entries, octets)
  local left = redis.call('HINCRBY', held, 'e' .. party, -entries)
  if left > 0 then
    redis.call('HINCRBY', held, 'o' .. party, -octets)
  elseif party ~= '' then
    redis.call('HDEL', held, 'e' .. party, 'o' .. party)
  else
    redis.call('DEL', held)
  end
end

-- The order matters: where memory is short, what frees some is allowed, and all else after it.
local function remove(entry, order, held, expires, octets, party, key)
  redis.call('DEL', entry)
  if redis.call('ZREM', order, member(expires, octets, party, key)) == 0 then return end
  if party ~= '' then release(held, party, 1, octets) end
  release(held, '', 1, octets)
end

-- Removes at most `limit` entries that have expired. Returns how many it removed. `base` is what stands before the key in
-- an entry's name; all names of a namespace share one hash tag, so that they lie beside the declared ones.
local function sweep(base, order, held, now, score, limit)
  local entries, octets = {}, {}
  local number, total = 0, 0
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', order, '-inf', score, 'LIMIT', 0, limit)) do
    if before(now, gone) then break end
    local last = 30 + tonumber(string.sub(gone, 28, 30))
    local entry, party = base .. string.sub(gone, last + 1), string.sub(gone, 31, last)
    -- The key may have another version by now, which has a member of its own.
    if redis.call('GETRANGE', entry, 0, 19) == string.sub(gone, 1, 20) then redis.call('DEL', entry) end
    redis.call('ZREM', order, gone)
    local size = tonumber(string.sub(gone, 21, 27))
    number, total = number + 1, total + size
    if party ~= '' then
      entries[party], octets[party] = (entries[party] or 0) + 1, (octets[party] or 0) + size
    end
  end
  if number == 0 then return 0 end
  for party, many in pairs(entries) do release(held, party, many, octets[party]) end
  release(held, '', number, total)
  return number
end
