-- Reads records. KEYS: records. Without `no-writes`, so that a replica refuses it: what it has may be old. Answers in mode
-- 'one' a value or nothing, and otherwise a page: whether more follow (1 or 0), then member and value of each record.
local mode, base, owner, name = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local most_records, most_octets = tonumber(ARGV[5]), tonumber(ARGV[6])
local start = from(owner)
if mode == 'one' then return redis.call('GET', base .. start .. name) end

local first, last = behind(start, name), to(start)
if mode == 'all' then
  last = '+'
  if owner == '' then first = '-' end
end
local page, octets = {0}, 0
for number, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], first, last, 'LIMIT', 0, most_records + 1)) do
  if number > most_records or octets >= most_octets then
    page[1] = 1
    break
  end
  local value = value_of(base, member)
  octets = octets + #member - 3 + #value
  page[#page + 1] = member
  page[#page + 1] = value
end
return page
